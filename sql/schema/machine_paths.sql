-- One row per folder of this machine that must not stand in a dataset. Local to this database.
-- grain: path
create table machine_paths (path varchar not null);
