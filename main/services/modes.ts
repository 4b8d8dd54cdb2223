/** Compliance modes as they would be. */
import { modePreview } from '../../shared/compliance/modePreview.ts';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import type { Context } from './context.ts';
import { modeWorld } from './recordBook.ts';

type ModeName = keyof typeof import('../../shared/contract/modes.ts').modeProcedures;
type Handlers = { readonly [N in ModeName]: (input: HandlerInput<N>) => Promise<Output<N>> };

export function modeHandlers(context: Context): Handlers {
  return {
    'compliance.modePreview': async ({ orgId, framework, settings, reason }) => {
      const { reader } = await context.opened().mirrors.get(orgId);
      const world = await modeWorld(reader, context.ports.clock.now());
      return modePreview(world, framework, settings, reason);
    },
  };
}
