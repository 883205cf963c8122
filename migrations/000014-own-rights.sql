-- Dovetail's own things are entities of the rights, too: dovetail.runs, dovetail.users … and dovetail.* for all of which a role says
-- nothing by name. What * says is said of the application's entities only.
insert into dovetail.role_permissions (role, entity, action, level)
  select 'administrator', 'dovetail.*', action, 'all'
  from unnest(array['view', 'create', 'update', 'delete', 'import', 'export']) as action;
comment on column dovetail.role_permissions.entity is
  'Name of the entity; * for all of which the role says nothing by name; dovetail.… and dovetail.* for what is Dovetail''s own.';
