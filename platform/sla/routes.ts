import type { FastifyInstance } from 'fastify';
import type { Env } from '../tenancy/context.ts';
import { channelRoutes } from './channelRoutes.ts';
import { definitionRoutes } from './definitionRoutes.ts';
import type { SlaParts } from './keeper.ts';
import { reportRoutes } from './reportRoutes.ts';

/** Service levels: definitions, maintenance, reports, channels. Metrics have their own. */
export function slaRoutes(app: FastifyInstance, env: Env, { options, sender, thread }: SlaParts): void {
  definitionRoutes(app, env);
  reportRoutes(app, env, thread);
  channelRoutes(app, env, options, sender);
}
