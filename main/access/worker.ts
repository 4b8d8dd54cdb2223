/** Access thread: it has no key and opens no file; what it knows was handed to it, and is gone with it. */
import { serve } from '../db/rpc.ts';
import { Answers } from './answers.ts';
import type { AccessThread } from './api.ts';
import { AccessModel } from './model.ts';
import { AccessStore } from './store.ts';
import { WhatIf } from './whatIf.ts';

serve<AccessThread>(() => {
  const store = new AccessStore();
  const answers = new Answers(new AccessModel(store), store);
  const whatIf = new WhatIf(answers);
  return {
    methods: {
      held: () => store.held(),
      take: (data) => store.take(data),
      me: (email, now) => answers.me(email, now),
      catalog: (now) => answers.catalog(now),
      role: (id, now) => answers.role(id, now),
      preview: (asked) => whatIf.preview(asked),
      holders: (asked) => answers.holders(asked),
      who: (asked) => answers.who(asked),
      effective: (asked) => answers.effective(asked),
      diff: (asked) => answers.diff(asked),
      replay: (asked) => whatIf.replay(asked),
      replayStep: (asked) => whatIf.replayStep(asked),
      dropReplay: () => whatIf.dropReplay(),
      unused: (asked) => whatIf.unused(asked),
    },
    close: () => {},
  };
});
