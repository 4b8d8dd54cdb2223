import { ClipboardCheck, FileOutput } from 'lucide-react';
import { GatedButton } from '../../access/GatedButton.tsx';
import { setParams } from '../../app/router.ts';
import { Button } from '../../ui/Button.tsx';
import { AsOf } from './AsOf.tsx';
import { FrameworkPicker, type FrameworkShare } from './FrameworkPicker.tsx';
import { gate, type Scene } from './scene.ts';

/** Left out of sight, and kept in the name, where a panel beside the list leaves little room. */
const ROOMY = '@max-[860px]:sr-only';

interface BarProps {
  readonly scene: Scene;
  readonly frameworks: readonly FrameworkShare[] | null;
  readonly chosen: FrameworkShare | null;
  /** Controls that are selected. */
  readonly targets: number;
}

/** Framework and day on show, and what is done with the selection; on one line down to the list's least useful width. */
export function Bar({ scene, frameworks, chosen, targets }: BarProps) {
  const refusal = gate(scene, 'control_state.update') ?? (targets === 0 ? 'Select controls first (Space).' : null);
  return (
    <div className="@container shrink-0 border-b border-line bg-panel">
      <div className="flex flex-wrap items-center gap-2 px-[18px] py-2 @min-[520px]:flex-nowrap">
        <FrameworkPicker
          frameworks={frameworks ?? []}
          chosen={chosen}
          onChoose={(id) => setParams({ framework: id, control: null, act: null })}
        />
        <AsOf at={scene.at} />
        {chosen !== null && !chosen.mode && (
          <Button small kind="quiet" onClick={() => setParams({ tab: 'modes', open: chosen.id })}>
            <span>
              Its mode is off<span className={ROOMY}>: look at modes</span>
            </span>
          </Button>
        )}
        <span className="flex-1" />
        <GatedButton
          icon={ClipboardCheck}
          refusal={refusal}
          onClick={() => setParams({ act: 'assess', control: null, on: null })}
        >
          <span>Assess{targets > 1 ? ` ${targets}` : <span className={ROOMY}> selected</span>}</span>
        </GatedButton>
        <GatedButton refusal={refusal} onClick={() => setParams({ act: 'assign', control: null, on: null })}>
          Owner, due
        </GatedButton>
        <GatedButton
          icon={FileOutput}
          refusal={chosen === null ? 'There is no framework to assess.' : null}
          onClick={() => setParams({ act: 'export', control: null, on: null, job: null })}
        >
          <span>
            Export<span className={ROOMY}> assessment</span>…
          </span>
        </GatedButton>
      </div>
    </div>
  );
}
