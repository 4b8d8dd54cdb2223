/** Amounts as read on screen. Money is whole minor units as text; nothing here is a float. */

/** Minor units as money: `1234567` of EUR is `EUR 12,345.67`. The number of decimals is the currency's own (ISO 4217). */
export function moneyText(minor: string, currency: string): string {
  const digits = decimalsOf(currency);
  const negative = minor.startsWith('-');
  const whole = (negative ? minor.slice(1) : minor).padStart(digits + 1, '0');
  const integer = BigInt(digits === 0 ? whole : whole.slice(0, -digits)).toLocaleString('en-US');
  return `${currency} ${negative ? '-' : ''}${integer}${digits === 0 ? '' : `.${whole.slice(-digits)}`}`;
}

/** Decimals of a currency; two for one that this machine does not know. */
export function decimalsOf(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}
