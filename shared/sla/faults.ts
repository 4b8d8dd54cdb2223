/** Terms that say something which can never happen: to be corrected before they are agreed. */
import type { BurnRule, SlaTerms } from '../entities/sla.ts';
import { burnThreshold } from './budget.ts';
import { toMillionths } from './fraction.ts';
import { DAY, MINUTE } from './model.ts';

/** A month's rules have to be able to fire in the longest one, where their thresholds are highest. */
const LONGEST_MONTH_DAYS = 31;

function windowDays({ window }: Pick<SlaTerms, 'window'>): number {
  return window.kind === 'rolling' ? window.days : LONGEST_MONTH_DAYS;
}

/** Even if everything fails the burn rate is 1 / (1 - target); a rule fires above its threshold. In whole numbers. */
function outOfReach(rule: BurnRule, target: number, windowMs: number): boolean {
  const left = BigInt(1_000_000 - toMillionths(target));
  const rate = BigInt(toMillionths(rule.budget)) * BigInt(windowMs) * left;
  return rate >= 1_000_000n * 1_000_000n * BigInt(rule.long_minutes * MINUTE);
}

function ruleFaults(rule: BurnRule, terms: SlaTerms): string[] {
  const name = `The burn rule of ${rule.long_minutes} and ${rule.short_minutes} minutes`;
  const days = windowDays(terms);
  const faults: string[] = [];
  if (rule.short_minutes >= rule.long_minutes)
    faults.push(`${name} has a short window that is not shorter than its long one.`);
  if (rule.long_minutes * MINUTE > days * DAY)
    faults.push(`${name} looks back further than the window of ${days} days.`);
  if (rule.budget === 0) faults.push(`${name} names no share of the budget: any failure would fire it.`);
  if (outOfReach(rule, terms.target_availability, days * DAY)) {
    const rate = burnThreshold(rule, days * DAY).toFixed(2);
    faults.push(
      `${name} cannot fire: its burn rate of ${rate} is out of reach at a target of ${terms.target_availability}, even if everything fails.`,
    );
  }
  return faults;
}

/** Burn rules that cannot fire or contradict themselves, and credit tiers that can never count; one sentence each. */
export function faultsOf(terms: SlaTerms): string[] {
  const faults: string[] = [];
  if (terms.target_availability === 1 && terms.burn_rules.length > 0)
    faults.push('A target of 1 has no error budget: its burn rules cannot fire.');
  else for (const rule of terms.burn_rules) faults.push(...ruleFaults(rule, terms));
  const keys = terms.burn_rules.map((rule) => `${rule.severity}/${rule.long_minutes}/${rule.short_minutes}`);
  if (new Set(keys).size < keys.length) faults.push('Two burn rules have the same windows and severity.');
  const tiers = [...(terms.credits?.tiers ?? [])].sort((a, b) => b.below - a.below);
  for (const [i, tier] of tiers.entries()) {
    const above = tiers[i - 1];
    if (tier.below === 0) faults.push('A credit tier below 0 can never be met.');
    if (above?.below === tier.below) faults.push(`Two credit tiers are both below ${tier.below}.`);
    else if (above !== undefined && above.percent >= tier.percent)
      faults.push(`The credit tier below ${tier.below} gives no more than the one below ${above.below}.`);
  }
  return faults;
}
