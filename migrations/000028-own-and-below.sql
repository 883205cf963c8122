-- Roles reach what lies below one's own in a tree of the application.

alter table dovetail.role_permissions drop constraint role_permissions_level_check;
alter table dovetail.role_permissions add constraint role_permissions_level_check
  check (level in ('none', 'own', 'own_and_below', 'unit', 'unit_and_below', 'organization', 'all'));
