import { clsx } from 'clsx';
import type { ComponentProps } from 'react';
import { Button } from '../ui/Button.tsx';
import { Tooltip } from '../ui/Tooltip.tsx';

interface GatedButtonProps extends ComponentProps<typeof Button> {
  /** Why it cannot be pressed, as a sentence; null where it can. */
  readonly refusal: string | null;
}

/** A button that says why it cannot be pressed: it stays reachable by keyboard, and the reason shows on hover and focus. */
export function GatedButton({ refusal, className, onClick, type, ...rest }: GatedButtonProps) {
  if (refusal === null) return <Button className={className} onClick={onClick} type={type ?? 'button'} {...rest} />;
  return (
    <Tooltip text={refusal}>
      <Button {...rest} aria-disabled aria-description={refusal} className={clsx('opacity-55', className)} />
    </Tooltip>
  );
}
