import type { IntegrityView } from '../../shared/contract/integrity.ts';
import { LongId } from '../ui/Id.tsx';
import { count } from '../ui/numbers.ts';
import { Instant } from '../ui/RelativeTime.tsx';
import { useTime } from '../ui/zone.ts';

/** Newest signed checkpoints that this console verified, each extending the one below it. */
export function History({ view }: { readonly view: IntegrityView }) {
  const time = useTime();
  if (view.history.length === 0) return null;
  return (
    <section className="px-[18px] pt-3 pb-6">
      <h2 className="mb-1.5 text-12 font-bold text-dim">Verified checkpoints, each an extension of the one below</h2>
      <table className="w-full max-w-[1144px] border-collapse">
        <thead>
          <tr className="h-[29px] border-y border-line text-12 text-dim">
            <th className="text-left font-medium">Verified ({time.label})</th>
            <th className="text-right font-medium">Size, events</th>
            <th className="text-right font-medium">Added</th>
            <th className="pl-8 text-left font-medium">Root</th>
          </tr>
        </thead>
        <tbody>
          {view.history.map((entry, index) => {
            const before = view.history[index + 1];
            return (
              <tr key={`${entry.size} ${entry.verifiedAt}`} className="h-[29px] border-b border-line">
                <td>
                  <Instant at={entry.verifiedAt} bare />
                </td>
                <td className="tnum text-right">{count(entry.size)}</td>
                <td className="tnum text-right text-dim">
                  {before === undefined ? '—' : `+${count(entry.size - before.size)}`}
                </td>
                <td className="pl-8">
                  <LongId value={entry.root} what="Root hash" head={10} tail={10} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
