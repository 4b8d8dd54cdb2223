import { clsx } from 'clsx';
import { Eye, EyeOff } from 'lucide-react';
import { type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes, useId, useState } from 'react';

const box =
  'w-full rounded border border-line-strong/60 bg-panel text-13 text-text hover:border-line-strong aria-invalid:border-bad disabled:opacity-55';

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with the value; also announced. */
  readonly error?: string | null;
  readonly children: (ids: {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': boolean;
  }) => ReactNode;
}

/** Label, control, hint and error, tied together for assistive technology. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-12 font-medium text-dim">
        {label}
      </label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': Boolean(error) })}
      {hint && (
        <p id={`${id}-hint`} className="text-12 text-dim">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} role="alert" className="text-12 text-bad">
          {error}
        </p>
      )}
    </div>
  );
}

type InputProps = InputHTMLAttributes<HTMLInputElement> & {
  readonly ref?: Ref<HTMLInputElement>;
  readonly mono?: boolean;
};

export function TextInput({ className, mono, ...rest }: InputProps) {
  return (
    <input
      type="text"
      spellCheck={false}
      autoComplete="off"
      className={clsx(box, 'h-[30px] px-2.5', mono && 'font-mono', className)}
      {...rest}
    />
  );
}

/** A secret: hidden until its holder asks to see it. */
export function SecretInput({ className, ...rest }: InputProps) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <div className="relative">
      <TextInput type={shown ? 'text' : 'password'} className={clsx('pr-9', className)} {...rest} />
      <button
        type="button"
        aria-label={shown ? 'Hide what is typed' : 'Show what is typed'}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
        className="absolute inset-y-0 right-0 flex w-8 items-center justify-center rounded text-dim hover:text-text"
      >
        <Icon size={16} strokeWidth={1.75} aria-hidden />
      </button>
    </div>
  );
}

interface TextAreaProps extends React.TextareaHTMLAttributes<HTMLTextAreaElement> {
  readonly mono?: boolean;
}

export function TextArea({ className, mono, ...rest }: TextAreaProps) {
  return (
    <textarea
      spellCheck={false}
      className={clsx(box, 'px-2.5 py-1.5', mono && 'font-mono text-12', className)}
      {...rest}
    />
  );
}

interface SelectProps extends SelectHTMLAttributes<HTMLSelectElement> {
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** The platform's own select: keyboard, type-ahead and screen readers work as everywhere. */
export function Select({ options, className, ...rest }: SelectProps) {
  return (
    <select className={clsx(box, 'h-[30px] px-2', className)} {...rest}>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

interface CheckProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'type'> {
  readonly type?: 'checkbox' | 'radio';
  readonly label: ReactNode;
  readonly hint?: ReactNode;
}

/** A checkbox or radio with its label and one line of consequence. */
export function Check({ type = 'checkbox', label, hint, className, ...rest }: CheckProps) {
  const id = useId();
  return (
    <div className={clsx('flex items-start gap-2.5', className)}>
      <input
        id={id}
        type={type}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="mt-[3px] size-3.5 shrink-0 accent-accent"
        {...rest}
      />
      <div className="min-w-0">
        <label htmlFor={id}>{label}</label>
        {hint && (
          <p id={`${id}-hint`} className="text-12 text-dim">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
