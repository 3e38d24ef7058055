-- One row per line that, as far as facts tell, imports or calls a definition of int_definitions: by its own name, or as a member of its package.
-- grain: source_id, name, path, line
with definitions as (
  select source_id, name, path as definition_path, line as definition_line, package from int_definitions
),

bound as (
  select definitions.*, imports.path, imports.line, imports.end_line, imports.is_test, imports.is_documentation
  from definitions
  join imports using (source_id, name)
  where coalesce(alias, name) = name and (starts_with(module, '.') or string_split(module, '.')[1] = package)
),

whole as (
  select distinct source_id, path, module as package from imports where name is null and alias is null
),

places as (
  select distinct source_id, name, path from bound
  union
  select source_id, name, definition_path from definitions
),

import_lines as (
  select source_id, name, path, line, is_test, is_documentation, 'import' as kind, null as caller from bound where line = end_line
),

-- a name that a parameter of the calling function has is that parameter
hidden as (
  select distinct source_id, path, qualified_name as caller, unnest(parameters).name as name from symbols
),

call_lines as (
  select calls.source_id, places.name, calls.path, calls.line, calls.is_test, calls.is_documentation, 'call' as kind, calls.caller
  from calls
  join places on places.source_id = calls.source_id and places.path = calls.path and places.name = calls.callee
  anti join hidden on hidden.source_id = calls.source_id and hidden.path = calls.path and hidden.caller = calls.caller and hidden.name = calls.callee
  union all
  select calls.source_id, definitions.name, calls.path, calls.line, calls.is_test, calls.is_documentation, 'call', calls.caller
  from calls
  join whole using (source_id, path)
  join definitions on definitions.source_id = calls.source_id and calls.callee = definitions.package || '.' || definitions.name
    and whole.package = definitions.package
),

every_line as (
  from import_lines union all from call_lines
),

uses as (
  select source_id, name, path, line, max(kind) as kind, any_value(is_test) as is_test, any_value(is_documentation) as is_documentation,
    min(caller) as caller
  from every_line
  group by source_id, name, path, line
)

select uses.*, definitions.definition_path, definitions.definition_line
from uses
join definitions using (source_id, name)
