-- Invented makers and the tree of categories.

insert into brand (name, country_code, website, is_own)
  select name, country_code,
    'https://www.' || regexp_replace(translate(lower(name), 'äöüøåé', 'aouoae'), '[^a-z0-9]+', '-', 'g') || '.example', is_own
  from (values
    ('Ankerwald', 'DE', false), ('Bergtal Werkzeuge', 'DE', false), ('Brixholm', 'DK', false),
    ('Calder & Finch', 'GB', false), ('Dornfeld Safety', 'DE', false), ('Ebbtide Clean', 'NL', false),
    ('Ferrogrip', 'AT', false), ('Gantrell', 'GB', false), ('Hallmarsch', 'DE', false),
    ('Inkwell & Rowe', 'GB', false), ('Jorvald', 'SE', false), ('Kestrel Bay', 'GB', false),
    ('Klarwerk', 'CH', false), ('Lindgrund', 'SE', false), ('Lumivant', 'NL', false),
    ('Møllegaard', 'DK', false), ('Nordhaken', 'DE', false), ('Oakmere', 'GB', false),
    ('Paperwick', 'BE', false), ('Quillmark', 'FR', false), ('Rheintal Technik', 'CH', false),
    ('Stackholm', 'SE', false), ('Svärdsjö', 'SE', false), ('Tessago', 'FR', false),
    ('Torquestone', 'GB', false), ('Umbrava', 'BE', false), ('Varnholt', 'DE', false),
    ('Weldrick', 'GB', false), ('Yarrowdale', 'GB', false), ('Zirbelkern', 'AT', false), ('Hausmarke', 'DE', true)
  ) v (name, country_code, is_own);

insert into category (code, name, tax_code_id, position)
  select v.code, v.name, t.id, v.position
  from (values
    ('FAST', 'Fasteners', 1), ('TOOL', 'Tools', 2), ('ABR', 'Abrasives', 3), ('SAFE', 'Safety at work', 4),
    ('ELEC', 'Electrical', 5), ('STORE', 'Warehouse and transport', 6), ('PACK', 'Packaging', 7),
    ('CLEAN', 'Cleaning and hygiene', 8), ('OFF', 'Office supplies', 9), ('FURN', 'Office furniture', 10)
  ) v (code, name, position)
  join tax_code t on t.code = 'STANDARD';

-- A parent may stand in the same list, so the list is read twice: first below the roots, then what is left.
create temporary table category_list (parent varchar(40), code varchar(40), name varchar(80), position integer) on commit drop;
insert into category_list values
  ('FAST', 'FAST-BOLT', 'Bolts', 1), ('FAST', 'FAST-NUT', 'Nuts and washers', 2), ('FAST', 'FAST-SCREW', 'Wood and drywall screws', 3),
  ('FAST', 'FAST-ANCHOR', 'Anchors and plugs', 4), ('FAST', 'FAST-RIVET', 'Rivets', 5), ('FAST', 'FAST-ROD', 'Threaded rods', 6),
  ('TOOL', 'TOOL-HAND', 'Hand tools', 1), ('TOOL-HAND', 'TOOL-SPANNER', 'Spanners and sockets', 1),
  ('TOOL-HAND', 'TOOL-DRIVER', 'Screwdrivers', 2), ('TOOL-HAND', 'TOOL-PLIER', 'Pliers', 3), ('TOOL-HAND', 'TOOL-HAMMER', 'Hammers', 4),
  ('TOOL', 'TOOL-CUT', 'Cutting tools', 2), ('TOOL-CUT', 'TOOL-DRILL', 'Drill bits', 1), ('TOOL-CUT', 'TOOL-SAW', 'Saw blades', 2),
  ('TOOL-CUT', 'TOOL-TAP', 'Taps and dies', 3), ('TOOL', 'TOOL-MEAS', 'Measuring tools', 3), ('TOOL', 'TOOL-POWER', 'Power tools', 4),
  ('TOOL', 'TOOL-ACC', 'Accessories', 5),
  ('ABR', 'ABR-SHEET', 'Sheets and rolls', 1), ('ABR', 'ABR-DISC', 'Discs', 2), ('ABR', 'ABR-BELT', 'Belts', 3),
  ('SAFE', 'SAFE-GLOVE', 'Gloves', 1), ('SAFE', 'SAFE-SHOE', 'Safety shoes', 2), ('SAFE', 'SAFE-HEAD', 'Head protection', 3),
  ('SAFE', 'SAFE-EYE', 'Eye protection', 4), ('SAFE', 'SAFE-EAR', 'Hearing protection', 5), ('SAFE', 'SAFE-WEAR', 'Workwear', 6),
  ('SAFE', 'SAFE-AIR', 'Respiratory protection', 7), ('SAFE', 'SAFE-AID', 'First aid', 8), ('SAFE', 'SAFE-SIGN', 'Signs', 9),
  ('ELEC', 'ELEC-CABLE', 'Cables and reels', 1), ('ELEC', 'ELEC-LIGHT', 'Lamps', 2), ('ELEC', 'ELEC-INST', 'Installation', 3),
  ('ELEC', 'ELEC-BATT', 'Batteries', 4), ('ELEC', 'ELEC-TIE', 'Cable ties', 5),
  ('STORE', 'STORE-SHELF', 'Shelving', 1), ('STORE', 'STORE-CRATE', 'Crates and bins', 2), ('STORE', 'STORE-TRUCK', 'Trucks and trolleys', 3),
  ('STORE', 'STORE-LADDER', 'Ladders and steps', 4),
  ('PACK', 'PACK-BOX', 'Cardboard boxes', 1), ('PACK', 'PACK-TAPE', 'Tapes', 2), ('PACK', 'PACK-WRAP', 'Film and padding', 3),
  ('PACK', 'PACK-LABEL', 'Labels', 4), ('PACK', 'PACK-BAG', 'Bags and sacks', 5),
  ('CLEAN', 'CLEAN-AGENT', 'Cleaning agents', 1), ('CLEAN', 'CLEAN-PAPER', 'Paper towels and tissue', 2),
  ('CLEAN', 'CLEAN-TOOL', 'Brooms, mops and cloths', 3), ('CLEAN', 'CLEAN-SKIN', 'Skin care', 4), ('CLEAN', 'CLEAN-WASTE', 'Waste', 5),
  ('OFF', 'OFF-PAPER', 'Paper', 1), ('OFF', 'OFF-WRITE', 'Writing and marking', 2), ('OFF', 'OFF-FILE', 'Filing', 3),
  ('OFF', 'OFF-MAIL', 'Envelopes and mailing', 4), ('OFF', 'OFF-DESK', 'On the desk', 5), ('OFF', 'OFF-NOTE', 'Notebooks and notes', 6),
  ('OFF', 'OFF-PRES', 'Presentation', 7), ('OFF', 'OFF-BOOK', 'Handbooks', 8),
  ('FURN', 'FURN-CHAIR', 'Chairs', 1), ('FURN', 'FURN-DESK', 'Desks and tables', 2), ('FURN', 'FURN-CAB', 'Cabinets', 3),
  ('FURN', 'FURN-ACC', 'Accessories', 4);
insert into category (code, name, parent_id, tax_code_id, position)
  select l.code, l.name, parent.id, t.id, l.position
  from category_list l join category parent on parent.code = l.parent join tax_code t on t.code = 'STANDARD';
insert into category (code, name, parent_id, tax_code_id, position)
  select l.code, l.name, parent.id, t.id, l.position
  from category_list l join category parent on parent.code = l.parent
  join tax_code t on t.code = 'STANDARD'
  where not exists (select from category c where c.code = l.code);
update category set tax_code_id = (select id from tax_code where code = 'REDUCED'), description = 'Printed matter, taxed at the reduced rate.'
  where code = 'OFF-BOOK';

insert into product_option (code, name) values
  ('thread', 'Thread'), ('length', 'Length'), ('diameter', 'Diameter'), ('width', 'Width'), ('size', 'Size'),
  ('colour', 'Colour'), ('grit', 'Grit'), ('format', 'Format'), ('finish', 'Finish'), ('content', 'Content');
