/** Sessions that reach one organization alone. */
export const version = 4;

export const sql = `
ALTER TABLE sessions ADD COLUMN confined_to text REFERENCES organizations;
`;
