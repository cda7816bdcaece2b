import {
  ActionIcon,
  Checkbox,
  Button as MantineButton,
  NativeSelect,
  SegmentedControl,
  Skeleton,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon, type IconName } from './icons.tsx';

export interface ButtonProps {
  children: ReactNode;
  onClick?: () => void;
  /** One `primary` a page; `binding` for acts that are recorded and cannot be taken back. */
  kind?: 'primary' | 'secondary' | 'quiet' | 'binding';
  icon?: IconName;
  isDisabled?: boolean;
  isBusy?: boolean;
  type?: 'button' | 'submit';
}

export function Button({
  children,
  onClick,
  kind = 'secondary',
  icon,
  isDisabled = false,
  isBusy = false,
  type = 'button',
}: ButtonProps) {
  const variant = kind === 'secondary' ? 'default' : kind === 'quiet' ? 'subtle' : 'filled';
  return (
    <MantineButton
      type={type}
      variant={variant}
      disabled={isDisabled}
      loading={isBusy}
      {...(onClick ? { onClick } : {})}
      {...(icon ? { leftSection: <Icon name={icon} /> } : {})}
      {...(kind === 'binding' ? { 'data-binding': true } : {})}
    >
      {children}
    </MantineButton>
  );
}

/** A button that shows only an icon; its label is spoken and shown on hover. */
export function IconButton({
  icon,
  label,
  onClick,
  isDisabled = false,
}: {
  icon: IconName;
  label: string;
  onClick: () => void;
  isDisabled?: boolean;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={32}
        aria-label={label}
        onClick={onClick}
        disabled={isDisabled}
        className="icon-button"
      >
        <Icon name={icon} />
      </ActionIcon>
    </Tooltip>
  );
}

export interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  error?: string | undefined;
  placeholder?: string;
  isRequired?: boolean;
  isDisabled?: boolean;
}

const common = ({ label, hint, error, placeholder, isRequired, isDisabled }: FieldProps) => ({
  label,
  ...(hint ? { description: hint } : {}),
  ...(error ? { error } : {}),
  ...(placeholder ? { placeholder } : {}),
  required: isRequired ?? false,
  disabled: isDisabled ?? false,
});

export function TextField(props: FieldProps & { type?: 'text' | 'search' | 'number' | 'date' }) {
  return (
    <TextInput
      {...common(props)}
      type={props.type ?? 'text'}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}

export function TextArea(props: FieldProps & { rows?: number }) {
  return (
    <Textarea
      {...common(props)}
      rows={props.rows ?? 3}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}

export function SelectField(props: FieldProps & { options: { value: string; label: string }[] }) {
  return (
    <NativeSelect
      {...common(props)}
      data={props.options}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}

export function CheckField({
  label,
  isChecked,
  onChange,
}: {
  label: ReactNode;
  isChecked: boolean;
  onChange: (isChecked: boolean) => void;
}) {
  return <Checkbox label={label} checked={isChecked} onChange={(event) => onChange(event.currentTarget.checked)} />;
}

/** A choice of two to five, all visible. */
export function Choice<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: Value;
  options: { value: Value; label: string }[];
  onChange: (value: Value) => void;
}) {
  return (
    <SegmentedControl
      aria-label={label}
      value={value}
      data={options}
      onChange={(chosen) => onChange(chosen as Value)}
      size="sm"
    />
  );
}

export function SkeletonBlock({ height, width = '100%' }: { height: number; width?: number | string }) {
  return <Skeleton height={height} width={width} radius="sm" />;
}

/** Reads a file in the browser; it is not sent anywhere by this. `note` says what was made of it, such as its digest. */
export function FileField({
  label,
  hint,
  onBytes,
  note,
}: {
  label: string;
  hint: string;
  onBytes: (bytes: Uint8Array) => void;
  note?: string | undefined;
}) {
  return (
    <label className="file-field">
      <span>{label}</span>
      <span className="dim small">{hint}</span>
      <input
        type="file"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          file?.arrayBuffer().then(
            (buffer) => onBytes(new Uint8Array(buffer)),
            () => undefined,
          );
        }}
      />
      {note ? <code className="small">{note}</code> : null}
    </label>
  );
}
