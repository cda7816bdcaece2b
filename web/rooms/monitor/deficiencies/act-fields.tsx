import { t } from '../../../messages/translate.ts';
import { CheckField, SelectField, Stack, TextField } from '../../../ui/index.ts';
import { type ActFields, type ActType, actions, dismissals, severities } from './act-body.ts';

/** What an act needs beside its reason. */
export function ActFieldsForm({
  act,
  fields,
  onChange,
}: {
  act: ActType;
  fields: ActFields;
  onChange: (fields: ActFields) => void;
}) {
  switch (act) {
    case 'triage':
    case 'set-severity':
      return (
        <SelectField
          label={t('monitor.deficiency.field.severity')}
          value={fields.severity}
          options={severities.map((value) => ({ value, label: t(`monitor.deficiency.severity.${value}`) }))}
          onChange={(value) =>
            onChange({ ...fields, severity: severities.find((one) => one === value) ?? fields.severity })
          }
        />
      );
    case 'dismiss':
      return (
        <SelectField
          label={t('monitor.deficiency.field.because')}
          value={fields.because}
          options={dismissals.map((value) => ({ value, label: t(`monitor.deficiency.because.${value}`) }))}
          onChange={(value) =>
            onChange({ ...fields, because: dismissals.find((one) => one === value) ?? fields.because })
          }
        />
      );
    case 'decide-action':
      return (
        <fieldset className="plain-fieldset">
          <legend>{t('monitor.deficiency.field.actions')}</legend>
          <Stack gap={2}>
            {actions.map((action) => (
              <CheckField
                key={action}
                label={t(`monitor.deficiency.action.${action}`)}
                isChecked={fields.actions.includes(action)}
                onChange={(isChecked) => {
                  const chosen = actions.filter((one) => (one === action ? isChecked : fields.actions.includes(one)));
                  if (chosen.length > 0) onChange({ ...fields, actions: chosen });
                }}
              />
            ))}
          </Stack>
        </fieldset>
      );
    case 'record-cause':
      return (
        <TextField
          label={t('monitor.deficiency.field.codes')}
          hint={t('monitor.deficiency.field.codes.hint')}
          value={fields.codes}
          onChange={(codes) => onChange({ ...fields, codes })}
        />
      );
    default:
      return null;
  }
}
