# AUROC and its DeLong variance by pROC, timed apart from reading the data. Arguments: folder, cases, rounds.
suppressMessages(library(pROC))
args <- commandArgs(trailingOnly = TRUE)
folder <- args[1]; n <- as.integer(args[2]); rounds <- as.integer(args[3])
column <- function(name) readBin(file.path(folder, paste0(name, ".f64")), "double", n, 8, endian = "little")
outcomes <- column("outcomes"); scores <- column("scores")
aucOnly <- Inf; withVariance <- Inf
for (i in seq_len(rounds)) {
  started <- proc.time()[["elapsed"]]
  curve <- roc(outcomes, scores, levels = c(0, 1), direction = "<", quiet = TRUE)
  aucOnly <- min(aucOnly, proc.time()[["elapsed"]] - started)
  variance <- var(curve, method = "delong")
  withVariance <- min(withVariance, proc.time()[["elapsed"]] - started)
}
peakKb <- as.numeric(sub("\\D*(\\d+).*", "\\1", grep("VmHWM", readLines("/proc/self/status"), value = TRUE)))
cat(sprintf('\n{"version":"pROC %s","auroc":%.17g,"variance":%.17g,"seconds":{"auc":%.6f,"auc+variance":%.6f},"peakMb":%.0f}\n',
  packageVersion("pROC"), as.numeric(auc(curve)), variance, aucOnly, withVariance, peakKb / 1024))
