import { useSyncExternalStore } from 'react';
import { t } from '../messages/translate.ts';
import { Icon } from './icons.tsx';

export interface Toast {
  /** `done` says that an act was recorded; `trouble` that it was not, and stays until closed. */
  kind: 'done' | 'trouble';
  text: string;
}

interface ShownToast extends Toast {
  id: number;
}

let shown: readonly ShownToast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();
const doneMs = 5000;

function change(next: readonly ShownToast[]): void {
  shown = next;
  for (const listener of listeners) listener();
}

const dismiss = (id: number): void => change(shown.filter((toast) => toast.id !== id));

/** Says in a corner what was done; never the only place where an outcome is told. */
export function showToast(toast: Toast): void {
  const id = nextId;
  nextId += 1;
  change([...shown.slice(-3), { ...toast, id }]);
  if (toast.kind === 'done') setTimeout(() => dismiss(id), doneMs);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The corner itself: mounted once, by the shell. */
export function Toasts() {
  const toasts = useSyncExternalStore(
    subscribe,
    () => shown,
    () => shown,
  );
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className="toast" data-kind={toast.kind}>
          <Icon name={toast.kind === 'done' ? 'check' : 'alert'} />
          <span>{toast.text}</span>
          <button type="button" className="copy-button" aria-label={t('ui.close')} onClick={() => dismiss(toast.id)}>
            <Icon name="cross" sizePx={14} />
          </button>
        </div>
      ))}
    </div>
  );
}
