/** Groups of a directory (SCIM) and which members are in them. */
export const version = 5;

export const sql = (role: string): string => `
CREATE TABLE scim_groups (
  id text PRIMARY KEY,
  display_name text NOT NULL,
  external_id text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX scim_groups_name ON scim_groups (lower(display_name));
CREATE TABLE scim_group_members (
  group_id text NOT NULL REFERENCES scim_groups ON DELETE CASCADE,
  member_id text NOT NULL REFERENCES members ON DELETE CASCADE,
  PRIMARY KEY (group_id, member_id)
);
CREATE INDEX scim_group_members_member ON scim_group_members (member_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON scim_groups, scim_group_members TO ${role};
`;
