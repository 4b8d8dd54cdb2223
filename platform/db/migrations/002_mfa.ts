/** Whether a session was entered with a second factor. */
export const version = 2;

export const sql = `
ALTER TABLE sessions ADD COLUMN mfa boolean NOT NULL DEFAULT false;
`;
