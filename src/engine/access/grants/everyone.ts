// What every caller may do with Dovetail's own things, whatever their roles say: follow, end and repeat what they began themselves, and see to its alerts.
import type { RoleGrants } from './grants.js';

export const EVERYONE: RoleGrants = {
  permissions: [
    { entity: 'dovetail.runs', action: 'view', level: 'own' },
    { entity: 'dovetail.runs', action: 'create', level: 'own' },
    { entity: 'dovetail.runs', action: 'update', level: 'own' },
    { entity: 'dovetail.uploads', action: 'view', level: 'own' },
    { entity: 'dovetail.uploads', action: 'delete', level: 'own' },
    { entity: 'dovetail.inspections', action: 'view', level: 'own' },
    { entity: 'dovetail.inspections', action: 'create', level: 'own' },
    { entity: 'dovetail.differences', action: 'view', level: 'own' },
    { entity: 'dovetail.issues', action: 'view', level: 'own' },
    { entity: 'dovetail.alerts', action: 'view', level: 'own' },
    { entity: 'dovetail.alerts', action: 'update', level: 'own' },
    { entity: 'dovetail.entities', action: 'view', level: 'all' },
    // Those of the records that the caller may see.
    { entity: 'dovetail.external-ids', action: 'view', level: 'all' },
    // Where they may update the record.
    { entity: 'dovetail.external-ids', action: 'create', level: 'all' },
    { entity: 'dovetail.external-ids', action: 'delete', level: 'all' },
    { entity: 'dovetail.fields', action: 'view', level: 'all' },
  ],
  fields: [],
};
