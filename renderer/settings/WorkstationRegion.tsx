import { useState } from 'react';
import { Region } from '../../shared/compliance/regions.ts';
import { TextInput } from '../ui/Field.tsx';
import { Row } from './Row.tsx';

interface WorkstationRegionProps {
  /** Empty: not said. */
  readonly region: string;
  readonly save: (change: { workstationRegion: string }) => unknown;
}

/** Where this machine is, typed; taken when the field is left or Enter is pressed. */
export function WorkstationRegion({ region, save }: WorkstationRegionProps) {
  const [typed, setTyped] = useState(region);
  const said = typed.trim().toLowerCase();
  const wrong = said !== '' && !Region.safeParse(said).success;
  const take = (): void => {
    if (!wrong && said !== region) save({ workstationRegion: said });
  };
  return (
    <Row
      label="Where this workstation is"
      hint="Exports of organizations with a residency rule are refused elsewhere, and while this is empty"
    >
      {(id) => (
        <>
          <TextInput
            id={id}
            value={typed}
            maxLength={60}
            placeholder="such as eu-central-1"
            aria-invalid={wrong}
            aria-describedby={wrong ? `${id}-error` : undefined}
            onChange={(event) => setTyped(event.target.value)}
            onBlur={take}
            onKeyDown={(event) => event.key === 'Enter' && take()}
          />
          {wrong && (
            <p id={`${id}-error`} role="alert" className="mt-1 text-12 text-bad">
              A region is a name such as eu or us-east-1.
            </p>
          )}
        </>
      )}
    </Row>
  );
}
