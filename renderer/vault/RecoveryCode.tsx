import { Copy, Printer } from 'lucide-react';
import { useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import { Button } from '../ui/Button.tsx';
import { copyText } from '../ui/clipboard.ts';
import { Field, TextInput } from '../ui/Field.tsx';

interface RecoveryCodeProps {
  readonly code: string;
  /** Verb of the button that goes on. */
  readonly action: string;
  readonly onConfirmed: () => void;
}

/** Letters and digits only, so that spaces, dashes and case do not matter when typing back. */
function plain(code: string): string {
  return code.toUpperCase().replace(/[^A-Z0-9]/g, '');
}

/** The code in two lines of alike length; the dash between them belongs to the first. */
function lines(code: string): string[] {
  const groups = code.split('-');
  const half = Math.ceil(groups.length / 2);
  return [`${groups.slice(0, half).join('-')}-`, groups.slice(half).join('-')];
}

/** The code shown once with copy and print; going on needs it typed back whole. */
export function RecoveryCode({ code, action, onConfirmed }: RecoveryCodeProps) {
  const [typed, setTyped] = useState('');
  const right = plain(typed) === plain(code);
  const differs = !right && plain(typed).length >= plain(code).length;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (right) onConfirmed();
      }}
    >
      <output
        aria-label="Recovery code"
        className="block border-y border-line py-4 text-center font-mono text-15 leading-7 tracking-wide break-words"
      >
        {lines(code).map((line) => (
          <span key={line} className="block">
            {line}
          </span>
        ))}
      </output>
      <div className="flex gap-2">
        <Button icon={Copy} onClick={() => void copyText(code, 'Recovery code')}>
          Copy
        </Button>
        <Button icon={Printer} onClick={() => printCode()}>
          Print
        </Button>
      </div>
      <Field
        label="Type it back from your copy"
        hint="Spaces, dashes and case do not matter."
        error={differs ? 'That is not the code above.' : null}
      >
        {(ids) => <TextInput {...ids} mono value={typed} onChange={(event) => setTyped(event.target.value)} />}
      </Field>
      <Button type="submit" kind="primary" disabled={!right} className="self-start">
        {action}
      </Button>
      <PrintSheet code={code} />
    </form>
  );
}

function printCode(): void {
  document.body.classList.add('printing-code');
  window.print();
  document.body.classList.remove('printing-code');
}

/** Stands hidden beside the page and is all that prints. */
function PrintSheet({ code }: { readonly code: string }) {
  const [host] = useState(() => {
    const element = document.createElement('div');
    element.className = 'print-sheet';
    return element;
  });
  useEffect(() => {
    document.body.append(host);
    return () => host.remove();
  }, [host]);
  return createPortal(
    <>
      <p className="text-20 font-bold">Governance Console recovery code</p>
      <p className="mt-6 font-mono text-20">{code}</p>
      <p className="mt-6">
        Opens the vault when keychain and passphrase are lost. Keep it where the passphrase is not.
      </p>
    </>,
    host,
  );
}
