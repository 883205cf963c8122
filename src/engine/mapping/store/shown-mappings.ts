// Mappings as they are shown to whoever may see them: the last version of each, and every version.

export const MAPPINGS_SHOWN = `
  select distinct on (m.name) m.name, m.version, m.entity, m.body, m.note, m.created_by as "createdBy", m.created_at as "createdAt",
    null::text as owner, null::text as unit
  from dovetail.mappings m order by m.name, m.version desc`;

export const MAPPING_VERSIONS_SHOWN = `
  select concat(m.name, '@', m.version) as id, m.name as "mappingName", m.version, m.entity, m.body, m.note,
    m.created_by as "createdBy", m.created_at as "createdAt", null::text as owner, null::text as unit
  from dovetail.mappings m`;
