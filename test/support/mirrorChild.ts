/** Applies batches until it is killed. Arguments: path, key in hex, rows, rows a batch. */
import { openMirror } from '../../main/db/index.ts';
import { makeBatch, makeLog, makeRows } from './mirrorBatches.ts';

const [path, key, count, step] = process.argv.slice(2) as [string, string, string, string];
const log = makeLog(makeRows(Number(count)));
const checkpoint = log.checkpoint(Number(count));
const mirror = await openMirror({ path, key: Buffer.from(key, 'hex') });
const { size } = await mirror.reader.state();
process.stdout.write('open\n');
for (let begin = size; begin < Number(count); begin += Number(step)) {
  const done = await mirror.writer.apply(
    makeBatch(log, begin, Math.min(Number(count), begin + Number(step)), checkpoint),
  );
  process.stdout.write(`${done.size}\n`);
}
await mirror.close();
