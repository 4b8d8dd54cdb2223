import { MessageCircleQuestionMark } from 'lucide-react';
import { useMemo } from 'react';
import { useEntities } from '../access/entities.ts';
import type { CatalogState } from '../access/useCatalog.ts';
import { navigate, useRoute } from '../app/router.ts';
import { useKeys } from '../ui/keys.ts';
import { EmptyState, ErrorState } from '../ui/States.tsx';
import { useNow, useTime } from '../ui/zone.ts';
import { HeldAnswer, WhoAnswer } from './HeldAnswers.tsx';
import { DiffAnswer, ReplayAnswer, UnusedAnswer } from './PeriodAnswers.tsx';
import { QuestionForm } from './QuestionForm.tsx';
import { ASKS, type Ask, type Asked, questionOf, readAsked, type Standing } from './questions.ts';
import { useHolders } from './useHolders.ts';
import { ASK_HELP, ASK_WORDS } from './words.ts';

interface QuestionsTabProps {
  readonly orgId: string;
  readonly state: CatalogState;
}

const askFor = (ask: Ask): void => navigate({ params: { tab: 'questions', ask } });

/** Questions about access, answered by the mirror: choose one, fill it in, read the answer. The address holds all of it. */
export function QuestionsTab({ orgId, state }: QuestionsTabProps) {
  const params = useRoute((route) => route.params);
  const now = useNow();
  const { zone } = useTime();
  const asked = useMemo(() => readAsked(params, now, zone), [params, now, zone]);
  const holders = useHolders(orgId);
  const standing = useStanding(orgId, asked, state);
  const { matrix } = state;
  const question = questionOf(asked, standing, now, zone);
  useKeys(Object.fromEntries(ASKS.map((ask, i) => [String(i + 1), () => askFor(ask)])));
  if (matrix === null) {
    const { error, reload } = state.query;
    return error === null ? null : <ErrorState error={error} kept="The mirror was not changed." onRetry={reload} />;
  }
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="shrink-0 border-b border-line px-[18px] pt-2 pb-3">
        <nav aria-label="Question" className="mb-2.5 flex flex-wrap gap-1.5">
          {ASKS.map((ask) => (
            <button
              key={ask}
              type="button"
              aria-current={asked.ask === ask ? 'true' : undefined}
              onClick={() => askFor(ask)}
              className={`h-[26px] rounded border px-2.5 font-medium ${asked.ask === ask ? 'border-accent bg-accent-tint text-accent' : 'border-line bg-panel text-dim hover:bg-hover'}`}
            >
              {ASK_WORDS[ask]}
            </button>
          ))}
        </nav>
        <QuestionForm key={asked.ask} asked={asked} matrix={matrix} holders={holders} standing={standing} />
      </div>
      <div className="min-h-0 flex-1">
        {typeof question === 'string' ? (
          <EmptyState icon={MessageCircleQuestionMark}>
            {ASK_HELP[asked.ask]} {question}
          </EmptyState>
        ) : question.question === 'who' ? (
          <WhoAnswer orgId={orgId} question={question} />
        ) : question.question === 'effective' ? (
          <HeldAnswer orgId={orgId} question={question} />
        ) : question.question === 'diff' ? (
          <DiffAnswer orgId={orgId} question={question} />
        ) : question.question === 'replay' ? (
          <ReplayAnswer orgId={orgId} question={question} />
        ) : (
          <UnusedAnswer orgId={orgId} question={question} />
        )}
      </div>
    </div>
  );
}

/** What stands now of what a replay changes. */
function useStanding(orgId: string, asked: Asked, { catalog }: CatalogState): Standing {
  const members = useEntities(orgId, 'member');
  const accounts = useEntities(orgId, 'service_account');
  const { role: roleId, holder } = asked;
  return useMemo(() => {
    const role = catalog?.roles.find(({ id }) => id === roleId);
    const from = holder?.type === 'member' ? members.rows : accounts.rows;
    return {
      role: role === undefined ? null : { id: role.id, inherits: role.inherits, permissions: role.grants },
      own: holder === null ? null : (from?.find(({ id }) => id === holder.id)?.permissions ?? null),
    };
  }, [catalog, roleId, holder, members.rows, accounts.rows]);
}
