import { useState } from 'react';
import type { ControlNode } from '../../../shared/compliance/framework.ts';
import { askFor } from '../../access/pending.ts';
import { FormPanel, NOTHING_RECORDED, TextField } from './FormPanel.tsx';
import { gate, type Scene } from './scene.ts';

interface CommentProps {
  readonly scene: Scene;
  readonly control: ControlNode;
  readonly onClose: () => void;
}

/** A comment on a control; only who wrote it removes it. */
export function CommentForm({ scene, control, onClose }: CommentProps) {
  const [text, setText] = useState('');
  const wrong = text.trim() === '' ? 'Nothing is said yet.' : null;
  return (
    <FormPanel
      title={`Comment on ${control.ref}`}
      about={control.title}
      action="Add comment"
      refusal={gate(scene, 'control_comment.create')}
      sound={wrong === null}
      save={async (anyway) => {
        const input = { control: control.id, text: text.trim() };
        const command = { type: 'control_comment.create' as const, id: crypto.randomUUID(), input };
        await askFor(scene.orgId, [{ command, before: null }], 'Comment added', anyway);
      }}
      onClose={onClose}
      kept={NOTHING_RECORDED}
    >
      {(tried) => (
        <TextField
          autoFocus
          label="Comment"
          max={8_000}
          rows={6}
          value={text}
          onChange={setText}
          error={tried ? wrong : null}
        />
      )}
    </FormPanel>
  );
}
