// The words that generated products are named and described with.

/** Names of the makers of the demo shop, its own brand apart. */
export const SHOP_BRANDS = [
  ...['Ankerwald', 'Bergtal Werkzeuge', 'Brixholm', 'Calder & Finch', 'Dornfeld Safety', 'Ebbtide Clean'],
  ...[
    'Ferrogrip',
    'Gantrell',
    'Hallmarsch',
    'Inkwell & Rowe',
    'Jorvald',
    'Kestrel Bay',
    'Klarwerk',
    'Lindgrund',
  ],
  ...[
    'Lumivant',
    'Møllegaard',
    'Nordhaken',
    'Oakmere',
    'Paperwick',
    'Quillmark',
    'Rheintal Technik',
    'Stackholm',
  ],
  ...['Svärdsjö', 'Tessago', 'Torquestone', 'Umbrava', 'Varnholt', 'Weldrick', 'Yarrowdale', 'Zirbelkern'],
];

/** Names of the makers in the benchmark's tables: `Brand 0001` to `Brand 1000`. */
export const BENCH_BRANDS = Array.from({ length: 1000 }, (_, i) => `Brand ${String(i + 1).padStart(4, '0')}`);

/** Name, category and unit in the demo shop. */
export const KINDS_OF_GOODS = [
  ['Hex bolt', 'FAST-BOLT', 'PK100'],
  ['Lock nut', 'FAST-NUT', 'PK100'],
  ['Chipboard screw', 'FAST-SCREW', 'PK500'],
  ['Wedge anchor', 'FAST-ANCHOR', 'PK25'],
  ['Open-end spanner', 'TOOL-SPANNER', 'PCE'],
  ['Screwdriver', 'TOOL-DRIVER', 'PCE'],
  ['Twist drill', 'TOOL-DRILL', 'PK10'],
  ['Sanding disc', 'ABR-DISC', 'PK50'],
  ['Assembly gloves', 'SAFE-GLOVE', 'PR'],
  ['Safety glasses', 'SAFE-EYE', 'PCE'],
  ['Cable tie', 'ELEC-TIE', 'PK100'],
  ['LED lamp', 'ELEC-LIGHT', 'PCE'],
  ['Storage bin', 'STORE-CRATE', 'PK10'],
  ['Folding box', 'PACK-BOX', 'PK10'],
  ['Paper tape', 'PACK-TAPE', 'ROLL'],
  ['Cleaning cloth', 'CLEAN-TOOL', 'PK10'],
  ['Lever arch file', 'OFF-FILE', 'PCE'],
  ['Gel pen', 'OFF-WRITE', 'PK10'],
  ['Notizbuch für Prüfer', 'OFF-NOTE', 'PCE'],
  ['Desk organiser', 'OFF-DESK', 'PCE'],
];
export const FINISHES = [
  'galvanised',
  'stainless A2',
  'black',
  'blue',
  'grey',
  'natural',
  'heavy duty',
  'standard',
];
export const USES = [
  'For daily use in workshop and office.',
  'Tested to the current standard, with certificate on request.',
  'Durable, repairable, and made of at least 60 % recycled material.',
  'Sold by the pack; larger quantities on request.',
  'Fits the racks and cases of the same series.',
];
export const STATUSES = ['active', 'active', 'active', 'active', 'active', 'active', 'draft', 'discontinued'];
