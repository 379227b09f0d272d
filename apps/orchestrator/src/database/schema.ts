/**
 * Tables of the planning database. Times are ISO 8601 in UTC, lists are JSON; whether their content is right is checked
 * when rows are read.
 */
export const SCHEMA = `
create table if not exists projects (
  id integer primary key autoincrement,
  name text not null,
  description text not null,
  stakeholders text not null,
  status text not null,
  revision integer not null,
  created_at text not null,
  completed_at text
);
create index if not exists projects_by_status on projects (status, id);

create table if not exists requirements (
  id integer primary key autoincrement,
  project_id integer not null references projects (id) on delete cascade,
  text text not null,
  priority text not null,
  depends_on text not null,
  created_at text not null
);
create index if not exists requirements_by_project on requirements (project_id, id);

create table if not exists documents (
  project_id integer not null references projects (id) on delete cascade,
  kind text not null,
  revision integer not null,
  body text not null,
  created_at text not null,
  primary key (project_id, kind)
);

create table if not exists tasks (
  id integer primary key autoincrement,
  project_id integer not null references projects (id) on delete cascade,
  title text not null,
  type text not null,
  component text not null,
  estimated_hours real not null,
  actual_hours real,
  earliest_start_hours real not null,
  critical integer not null,
  status text not null,
  started_at text,
  completed_at text
);
create index if not exists tasks_by_project on tasks (project_id, id);

create table if not exists task_dependencies (
  task_id integer not null references tasks (id) on delete cascade,
  depends_on integer not null references tasks (id) on delete cascade,
  primary key (task_id, depends_on)
) without rowid;
create index if not exists task_dependents on task_dependencies (depends_on);

create table if not exists approvals (
  id integer primary key autoincrement,
  project_id integer not null references projects (id) on delete cascade,
  subject text not null,
  requested_by text not null,
  requested_at text not null,
  decision text,
  decided_by text,
  decided_at text,
  comment text,
  superseded integer not null default 0
);
create index if not exists approvals_by_project on approvals (project_id, id);
`;
