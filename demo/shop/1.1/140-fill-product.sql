-- Products. A family is one line: with options it becomes a parent and a variant for each pair of values, without
-- it is one product. Whatever varies is computed from the family and the values: every load gives the same rows.

-- As in the other fills: compiling the queries takes longer than running them.
set local jit = off;

-- A number below n that looks like chance and is the same at every load.
create function pg_temp.pick(seed text, n integer) returns integer language sql stable as $$
  select ('x' || left(encode(sha256(convert_to(seed, 'UTF8')), 'hex'), 6))::bit(24)::integer % n
$$;
create function pg_temp.gtin(body text) returns text language sql immutable as $$
  select body || ((10 - sum(digit::integer * case when position % 2 = 0 then 3 else 1 end) % 10) % 10)::text
  from string_to_table(body, null) with ordinality as d (digit, position)
$$;

create temporary table family (
  code text primary key, category text, brand text, name text, unit text, price numeric, weight numeric,
  option_1 text, values_1 text[], option_2 text, values_2 text[], description text
) on commit drop;
insert into family values
  ('NH933A2', 'FAST-BOLT', 'Nordhaken', 'Hex head bolt ISO 4017, stainless A2', 'PK100', 6.9, 0.4, 'thread', '{M4,M5,M6,M8,M10,M12}', 'length', '{12 mm,16 mm,20 mm,25 mm,30 mm,35 mm,40 mm,50 mm,60 mm,70 mm,80 mm}', 'Fully threaded hexagon head bolt in stainless steel A2-70, for indoor and sheltered outdoor use.'),
  ('NH933V', 'FAST-BOLT', 'Nordhaken', 'Hex head bolt ISO 4017, 8.8 galvanised', 'PK100', 4.2, 0.4, 'thread', '{M5,M6,M8,M10,M12,M16}', 'length', '{16 mm,20 mm,25 mm,30 mm,40 mm,50 mm,60 mm,70 mm,80 mm,100 mm}', 'Fully threaded hexagon head bolt, strength class 8.8, galvanised.'),
  ('AW912', 'FAST-BOLT', 'Ankerwald', 'Socket head cap screw ISO 4762, 12.9', 'PK100', 7.4, 0.35, 'thread', '{M3,M4,M5,M6,M8,M10}', 'length', '{8 mm,10 mm,12 mm,16 mm,20 mm,25 mm,30 mm,35 mm,40 mm,50 mm,60 mm}', 'Cylinder head with hexagon socket, strength class 12.9, black, for machine building.'),
  ('AW7380', 'FAST-BOLT', 'Ankerwald', 'Button head screw ISO 7380, stainless A2', 'PK100', 8.1, 0.25, 'thread', '{M3,M4,M5,M6,M8}', 'length', '{6 mm,8 mm,10 mm,12 mm,16 mm,20 mm,25 mm,30 mm}', 'Low round head with hexagon socket where a flat finish is wanted.'),
  ('NH603', 'FAST-BOLT', 'Nordhaken', 'Carriage bolt DIN 603, galvanised', 'PK50', 7.8, 0.9, 'thread', '{M5,M6,M8,M10,M12}', 'length', '{20 mm,30 mm,40 mm,50 mm,60 mm,80 mm,100 mm,120 mm}', 'Mushroom head and square neck, for timber on timber.'),
  ('AW7991', 'FAST-BOLT', 'Ankerwald', 'Countersunk screw ISO 10642, stainless A2', 'PK100', 7.7, 0.25, 'thread', '{M3,M4,M5,M6,M8,M10}', 'length', '{8 mm,10 mm,12 mm,16 mm,20 mm,25 mm,30 mm,40 mm}', 'Hexagon socket, flush with the surface.'),
  ('NH934', 'FAST-NUT', 'Nordhaken', 'Hex nut ISO 4032, stainless A2', 'PK100', 2.6, 0.2, 'thread', '{M3,M4,M5,M6,M8,M10,M12,M16}', null, null, 'Hexagon nut, style 1.'),
  ('NH985', 'FAST-NUT', 'Nordhaken', 'Lock nut ISO 10511, galvanised', 'PK100', 3.4, 0.2, 'thread', '{M4,M5,M6,M8,M10,M12,M16}', null, null, 'Self-locking nut with plastic ring; use it once.'),
  ('NH125', 'FAST-NUT', 'Nordhaken', 'Plain washer ISO 7089, stainless A2', 'PK100', 1.7, 0.1, 'thread', '{M3,M4,M5,M6,M8,M10,M12,M16}', null, null, 'Plain washer, hardness 200 HV.'),
  ('AWSPAN', 'FAST-SCREW', 'Ankerwald', 'Chipboard screw, countersunk, star drive', 'PK500', 7.9, 1.1, 'diameter', '{3.0 mm,3.5 mm,4.0 mm,4.5 mm,5.0 mm,6.0 mm}', 'length', '{16 mm,20 mm,25 mm,30 mm,35 mm,40 mm,50 mm,60 mm,70 mm,80 mm}', 'Yellow galvanised, milling ribs under the head, waxed for a low driving torque.'),
  ('AWDRY', 'FAST-SCREW', 'Ankerwald', 'Drywall screw, fine thread', 'PK500', 5.2, 0.8, 'length', '{25 mm,35 mm,45 mm,55 mm}', null, null, 'Phosphated, bugle head, for plasterboard on metal studs.'),
  ('AWDECK', 'FAST-SCREW', 'Ankerwald', 'Decking screw, stainless A4', 'PK100', 14.9, 0.6, 'length', '{40 mm,50 mm,60 mm,70 mm}', null, null, 'Double thread and cutting tip: holds boards down, no pre-drilling in softwood.'),
  ('FGPLUG', 'FAST-ANCHOR', 'Ferrogrip', 'Nylon wall plug', 'PK100', 4.1, 0.15, 'diameter', '{5 mm,6 mm,8 mm,10 mm,12 mm}', null, null, 'Spreads in four directions in solid stone, knots itself behind hollow blocks.'),
  ('FGBOLT', 'FAST-ANCHOR', 'Ferrogrip', 'Wedge anchor, galvanised', 'PK25', 18.5, 1.9, 'thread', '{M8,M10,M12,M16}', 'length', '{75 mm,95 mm,120 mm,145 mm,170 mm}', 'For cracked and uncracked concrete; can be loaded at once.'),
  ('FGRES', 'FAST-ANCHOR', 'Ferrogrip', 'Injection mortar, vinyl ester, 300 ml', 'PCE', 9.6, 0.6, null, null, null, null, 'With two static mixers. Sets in 45 minutes at 20 °C.'),
  ('FGRIV', 'FAST-RIVET', 'Ferrogrip', 'Blind rivet, aluminium and steel', 'PK500', 11.2, 0.5, 'diameter', '{3.2 mm,4.0 mm,4.8 mm}', 'length', '{6 mm,8 mm,10 mm,12 mm,16 mm,20 mm}', 'Flat round head, for sheet metal and profiles.'),
  ('NHROD', 'FAST-ROD', 'Nordhaken', 'Threaded rod 1 m, galvanised', 'PCE', 1.3, 0.25, 'thread', '{M5,M6,M8,M10,M12,M16,M20}', null, null, 'Strength class 4.8, cut to length with any bolt cutter.'),
  ('BTSPAN', 'TOOL-SPANNER', 'Bergtal Werkzeuge', 'Combination spanner, chrome vanadium', 'PCE', 4.9, 0.09, 'width', '{8 mm,10 mm,11 mm,12 mm,13 mm,14 mm,17 mm,19 mm,22 mm,24 mm}', null, null, 'Ring angled by 15 degrees, open end by 15 degrees, matt chromed.'),
  ('BTRAT', 'TOOL-SPANNER', 'Bergtal Werkzeuge', 'Reversible ratchet, 72 teeth', 'PCE', 24.9, 0.4, 'size', '{1/4 in,3/8 in,1/2 in}', null, null, 'Five degrees from tooth to tooth, for narrow places.'),
  ('BTSOCK', 'TOOL-SPANNER', 'Bergtal Werkzeuge', 'Socket set 1/2 in, 24 pieces', 'SET', 89, 4.2, null, null, null, null, 'Sockets 10 to 32 mm, ratchet, two extensions and joint, in a steel case.'),
  ('TQWRE', 'TOOL-SPANNER', 'Torquestone', 'Torque wrench, calibrated', 'PCE', 119, 1.4, 'size', '{5-25 Nm,20-100 Nm,40-200 Nm}', null, null, 'Clicks at the set torque, accuracy 4 %, with certificate.'),
  ('BTHEX', 'TOOL-DRIVER', 'Bergtal Werkzeuge', 'Hexagon key with ball head', 'PCE', 1.4, 0.03, 'width', '{1.5 mm,2 mm,2.5 mm,3 mm,4 mm,5 mm,6 mm,8 mm,10 mm}', null, null, 'Turns screws at an angle of up to 25 degrees.'),
  ('BTDRV', 'TOOL-DRIVER', 'Bergtal Werkzeuge', 'Screwdriver, two-component handle', 'PCE', 4.4, 0.08, 'size', '{SL 3,SL 4,SL 5.5,SL 6.5,PH 1,PH 2,PH 3,PZ 1,PZ 2,TX 10,TX 20,TX 25}', null, null, 'Black tip, tempered through, handle does not roll away.'),
  ('BTVDE', 'TOOL-DRIVER', 'Bergtal Werkzeuge', 'Insulated screwdriver set 1000 V, 7 pieces', 'SET', 39.5, 0.7, null, null, null, null, 'Each one tested at 10,000 V. Five slotted and cross sizes, two for terminals.'),
  ('BTPLI', 'TOOL-PLIER', 'Bergtal Werkzeuge', 'Combination pliers', 'PCE', 16.8, 0.28, 'length', '{160 mm,180 mm,200 mm}', null, null, 'Hardened edges for soft and hard wire.'),
  ('BTCUT', 'TOOL-PLIER', 'Bergtal Werkzeuge', 'Diagonal cutter', 'PCE', 18.9, 0.24, 'length', '{125 mm,140 mm,160 mm,180 mm}', null, null, 'Precise edges, also for piano wire.'),
  ('BTPUMP', 'TOOL-PLIER', 'Bergtal Werkzeuge', 'Water pump pliers', 'PCE', 22.4, 0.35, 'length', '{180 mm,250 mm,300 mm}', null, null, 'Adjusts at the press of a button, grips pipes and nuts by itself.'),
  ('TQHAM', 'TOOL-HAMMER', 'Torquestone', 'Engineer''s hammer, ash handle', 'PCE', 9.7, 0.3, 'size', '{200 g,300 g,500 g,800 g,1000 g,1500 g}', null, null, 'Forged head, handle secured by a ring wedge.'),
  ('TQMAL', 'TOOL-HAMMER', 'Torquestone', 'Soft-face mallet', 'PCE', 14.2, 0.4, 'diameter', '{27 mm,32 mm,40 mm,50 mm}', null, null, 'One hard and one soft face of nylon, both can be changed.'),
  ('VHHSS', 'TOOL-DRILL', 'Varnholt', 'Twist drill HSS-G, DIN 338', 'PK10', 5.8, 0.05, 'diameter', '{1.0 mm,1.5 mm,2.0 mm,2.5 mm,3.0 mm,3.3 mm,4.0 mm,4.2 mm,5.0 mm,6.0 mm,6.8 mm,8.0 mm,10.0 mm}', null, null, 'Ground, point angle 118 degrees, for steel up to 900 N/mm².'),
  ('VHCO', 'TOOL-DRILL', 'Varnholt', 'Twist drill HSS-Co 5 %, DIN 338', 'PK10', 14.5, 0.05, 'diameter', '{2.0 mm,2.5 mm,3.0 mm,3.3 mm,4.0 mm,4.2 mm,5.0 mm,6.0 mm,8.0 mm}', null, null, 'With cobalt, split point, for stainless and acid-proof steel.'),
  ('VHSDS', 'TOOL-DRILL', 'Varnholt', 'Hammer drill bit, four cutters', 'PCE', 4.6, 0.12, 'diameter', '{5 mm,6 mm,8 mm,10 mm,12 mm,14 mm,16 mm}', 'length', '{110 mm,160 mm,210 mm,260 mm,310 mm}', 'Full carbide head: passes reinforcement without jamming.'),
  ('VHSET', 'TOOL-DRILL', 'Varnholt', 'Twist drill set HSS-G 1-10 mm, 19 pieces', 'SET', 32, 0.9, null, null, null, null, 'Steps of half a millimetre, in a metal case.'),
  ('VHCIR', 'TOOL-SAW', 'Varnholt', 'Circular saw blade, carbide', 'PCE', 28, 0.6, 'diameter', '{165 mm,190 mm,210 mm,250 mm}', 'content', '{24 teeth,48 teeth,60 teeth}', 'Thin kerf, coated against resin.'),
  ('VHJIG', 'TOOL-SAW', 'Varnholt', 'Jigsaw blade for wood', 'PK25', 31, 0.3, 'finish', '{coarse,fine,curves}', null, null, 'T shank.'),
  ('VHHACK', 'TOOL-SAW', 'Varnholt', 'Hacksaw blade bi-metal 300 mm', 'PK10', 12.4, 0.2, 'content', '{18 teeth/in,24 teeth/in,32 teeth/in}', null, null, 'Unbreakable in everyday use.'),
  ('VHTAP', 'TOOL-TAP', 'Varnholt', 'Machine tap HSS-E, DIN 371', 'PCE', 11.8, 0.04, 'thread', '{M3,M4,M5,M6,M8,M10}', 'finish', '{through hole,blind hole}', 'For steel up to 1000 N/mm².'),
  ('RTCAL', 'TOOL-MEAS', 'Rheintal Technik', 'Digital caliper, IP 54', 'PCE', 64, 0.35, 'length', '{150 mm,200 mm,300 mm}', null, null, 'Reads to 0.01 mm, data output, factory certificate.'),
  ('RTTAPE', 'TOOL-MEAS', 'Rheintal Technik', 'Pocket tape measure, class II', 'PCE', 7.2, 0.2, 'length', '{3 m,5 m,8 m}', null, null, 'Matt tape, hook with play for inside and outside.'),
  ('RTLAS', 'TOOL-MEAS', 'Rheintal Technik', 'Laser distance meter 60 m', 'PCE', 98, 0.15, null, null, null, null, 'Area, volume and continuous measuring; batteries included.'),
  ('RTLEV', 'TOOL-MEAS', 'Rheintal Technik', 'Spirit level, aluminium', 'PCE', 21, 0.5, 'length', '{40 cm,60 cm,100 cm,180 cm}', null, null, 'Milled sole, 0.5 mm per metre in every position.'),
  ('HMDRL', 'TOOL-POWER', 'Hallmarsch', 'Cordless drill driver 18 V', 'PCE', 189, 2.1, 'content', '{without battery,2 x 2.0 Ah,2 x 5.0 Ah}', null, null, 'Brushless, 60 Nm, metal chuck 13 mm.'),
  ('HMGRI', 'TOOL-POWER', 'Hallmarsch', 'Angle grinder', 'PCE', 96, 2.2, 'diameter', '{115 mm,125 mm,150 mm}', null, null, 'Restart protection, guard set without tools.'),
  ('HMHAM', 'TOOL-POWER', 'Hallmarsch', 'Rotary hammer 3.2 J', 'PCE', 229, 3.1, null, null, null, null, 'Drills, hammers and chisels; vibration 11 m/s².'),
  ('HMVAC', 'TOOL-POWER', 'Hallmarsch', 'Wet and dry vacuum, dust class M', 'PCE', 349, 9.4, 'content', '{25 l,35 l,50 l}', null, null, 'Shakes its filter by itself, starts with the tool.'),
  ('HMBIT', 'TOOL-ACC', 'Hallmarsch', 'Impact bit set, 32 pieces', 'SET', 26.5, 0.4, null, null, null, null, 'Torsion zone takes the peaks; magnetic holder included.'),
  ('STBOX', 'TOOL-ACC', 'Stackholm', 'Stackable tool case', 'PCE', 44, 2.4, 'size', '{S,M,L}', 'colour', '{grey,blue}', 'Clicks onto the next one, carries 100 kg as a step.'),
  ('STTRO', 'TOOL-ACC', 'Stackholm', 'Workshop trolley, 7 drawers', 'PCE', 489, 62, 'colour', '{red,blue,anthracite}', null, null, 'Drawers on ball bearings carry 30 kg each, central lock.'),
  ('WRSHE', 'ABR-SHEET', 'Weldrick', 'Abrasive paper 230 x 280 mm', 'PK50', 17.5, 0.9, 'grit', '{P60,P80,P120,P180,P240,P320,P400}', null, null, 'Aluminium oxide on paper, for wood, filler and paint.'),
  ('WRROL', 'ABR-SHEET', 'Weldrick', 'Abrasive cloth roll 25 m', 'ROLL', 23, 1.6, 'width', '{25 mm,38 mm,50 mm}', 'grit', '{P80,P120,P180,P240}', 'Flexible cloth, torn by hand.'),
  ('WRCUT', 'ABR-DISC', 'Weldrick', 'Cutting disc for steel and stainless', 'PK25', 24, 0.7, 'diameter', '{115 mm,125 mm,180 mm,230 mm}', 'width', '{1.0 mm,1.6 mm,2.0 mm}', 'Free of iron, sulphur and chlorine.'),
  ('WRFLAP', 'ABR-DISC', 'Weldrick', 'Flap disc, zirconia', 'PK10', 28, 0.9, 'diameter', '{115 mm,125 mm}', 'grit', '{P40,P60,P80,P120}', 'Angled, for welds and edges.'),
  ('WRVEL', 'ABR-DISC', 'Weldrick', 'Hook-and-loop disc 150 mm, 15 holes', 'PK100', 34, 0.8, 'grit', '{P40,P60,P80,P120,P180,P240,P320}', null, null, 'Ceramic grain, lasts twice as long on hardwood.'),
  ('WRDIS', 'ABR-DISC', 'Weldrick', 'Hook-and-loop disc, plain', 'PK50', 15, 0.4, 'diameter', '{75 mm,125 mm,225 mm}', 'grit', '{P60,P80,P120,P180,P240,P320}', 'For eccentric and long-neck sanders.'),
  ('WRBELT', 'ABR-BELT', 'Weldrick', 'Sanding belt', 'PK10', 13.5, 0.6, 'size', '{75 x 533 mm,100 x 610 mm}', 'grit', '{P40,P60,P80,P120,P150}', 'Runs in both directions.'),
  ('DFNIT', 'SAFE-GLOVE', 'Dornfeld Safety', 'Disposable nitrile gloves, powder-free', 'PK100', 8.9, 0.6, 'size', '{S,M,L,XL}', 'colour', '{blue,black}', 'Free of latex, textured at the fingertips, suited for food.'),
  ('DFCUT', 'SAFE-GLOVE', 'Dornfeld Safety', 'Cut-resistant gloves, level C', 'PR', 7.6, 0.06, 'size', '{7,8,9,10,11}', null, null, 'Fine knit with polyurethane palm, for glass and sheet metal.'),
  ('DFLEA', 'SAFE-GLOVE', 'Dornfeld Safety', 'Driver''s gloves, cow grain leather', 'PR', 6.2, 0.12, 'size', '{8,9,10,11}', null, null, 'Soft leather, elastic at the back of the hand.'),
  ('JVLOW', 'SAFE-SHOE', 'Jorvald', 'Safety shoe S1P, low', 'PR', 69, 1.0, 'size', '{36,37,38,39,40,41,42,43,44,45,46,47,48}', null, null, 'Aluminium cap, metal-free midsole, breathes well.'),
  ('JVMID', 'SAFE-SHOE', 'Jorvald', 'Safety boot S3, waterproof', 'PR', 98, 1.3, 'size', '{38,39,40,41,42,43,44,45,46,47,48}', null, null, 'Nubuck leather with membrane, sole withstands 300 °C.'),
  ('DFHEL', 'SAFE-HEAD', 'Dornfeld Safety', 'Safety helmet with ratchet, ABS', 'PCE', 13.4, 0.4, 'colour', '{white,yellow,blue,red,orange,green}', null, null, 'Six-point harness, slots for ear muffs.'),
  ('DFCAP', 'SAFE-HEAD', 'Dornfeld Safety', 'Bump cap', 'PCE', 11.9, 0.2, 'colour', '{navy,black,grey}', null, null, 'Looks like a cap, protects where headroom is low. Not a helmet.'),
  ('DFEYE', 'SAFE-EYE', 'Dornfeld Safety', 'Safety spectacles, anti-fog', 'PCE', 6.8, 0.03, 'colour', '{clear,grey,amber}', null, null, 'Scratch-proof outside, fog-free inside, 25 grams.'),
  ('DFGOG', 'SAFE-EYE', 'Dornfeld Safety', 'Full-view goggles', 'PCE', 9.9, 0.1, null, null, null, null, 'Worn over glasses, sealed against dust and splashes.'),
  ('DFEARP', 'SAFE-EAR', 'Dornfeld Safety', 'Ear plugs SNR 37, 200 pairs', 'BOX', 29.5, 0.4, null, null, null, null, 'Soft foam, one size. Refill for the dispenser.'),
  ('DFEARM', 'SAFE-EAR', 'Dornfeld Safety', 'Ear muffs', 'PCE', 17.5, 0.25, 'finish', '{SNR 27,SNR 31,SNR 35}', null, null, 'Padded headband, folds up.'),
  ('YDTRS', 'SAFE-WEAR', 'Yarrowdale', 'Work trousers with knee pockets', 'PCE', 54, 0.7, 'size', '{44,46,48,50,52,54,56,58,60,62}', 'colour', '{black,navy,grey,olive,white}', 'Stretch inserts, triple seams, washable at 60 °C.'),
  ('YDJAC', 'SAFE-WEAR', 'Yarrowdale', 'High-visibility jacket, class 3', 'PCE', 79, 1.2, 'size', '{XS,S,M,L,XL,XXL,3XL,4XL}', 'colour', '{yellow,orange}', 'Wind- and waterproof, hood in the collar.'),
  ('YDTSH', 'SAFE-WEAR', 'Yarrowdale', 'T-shirt, heavy cotton', 'PCE', 8.4, 0.2, 'size', '{XS,S,M,L,XL,XXL,3XL,4XL}', 'colour', '{black,navy,grey,red,white,olive}', 'Keeps its shape, 190 g/m².'),
  ('YDPOL', 'SAFE-WEAR', 'Yarrowdale', 'Polo shirt, mixed cotton', 'PCE', 13.9, 0.25, 'size', '{XS,S,M,L,XL,XXL,3XL,4XL}', 'colour', '{black,navy,grey,red,white}', 'Dries quickly, washable at 60 °C, side slits.'),
  ('YDSOF', 'SAFE-WEAR', 'Yarrowdale', 'Softshell jacket', 'PCE', 62, 0.8, 'size', '{XS,S,M,L,XL,XXL,3XL,4XL}', 'colour', '{black,navy,grey,olive}', 'Three layers, wind-proof, sheds rain for a while.'),
  ('JVCLO', 'SAFE-SHOE', 'Jorvald', 'Safety clog SB, white', 'PR', 49, 0.8, 'size', '{36,37,38,39,40,41,42,43,44,45,46}', null, null, 'For kitchens and laboratories, sole grips on wet tiles.'),
  ('DFFFP', 'SAFE-AIR', 'Dornfeld Safety', 'Respirator with valve', 'PK10', 14.8, 0.15, 'finish', '{FFP1,FFP2,FFP3}', null, null, 'Folds flat, each one wrapped.'),
  ('DFAID', 'SAFE-AID', 'Dornfeld Safety', 'First aid case DIN 13157', 'PCE', 34, 2.1, null, null, null, null, 'For up to 50 staff in offices, 20 in workshops; with wall bracket.'),
  ('DFREF', 'SAFE-AID', 'Dornfeld Safety', 'First aid refill DIN 13157', 'SET', 19.9, 1.0, null, null, null, null, 'All that expires or gets used, sterile parts good for 20 years.'),
  ('DFSIGN', 'SAFE-SIGN', 'Dornfeld Safety', 'Safety sign, self-adhesive film', 'PCE', 4.2, 0.02, 'finish', '{emergency exit,fire extinguisher,first aid,no smoking,wear helmet,wear goggles,high voltage}', 'size', '{100 mm,200 mm}', 'As ISO 7010, glows after dark.'),
  ('LVREEL', 'ELEC-CABLE', 'Lumivant', 'Cable reel IP 44, 3 sockets', 'PCE', 58, 5.9, 'length', '{25 m,40 m,50 m}', null, null, 'Rubber cable H07RN-F, thermal cut-out.'),
  ('LVEXT', 'ELEC-CABLE', 'Lumivant', 'Extension cable, rubber', 'PCE', 16, 1.1, 'length', '{5 m,10 m,20 m}', null, null, 'H07RN-F 3G1.5, for outdoors.'),
  ('LVNYM', 'ELEC-CABLE', 'Lumivant', 'Installation cable NYM-J', 'M', 0.95, 0.12, 'size', '{3 x 1.5,3 x 2.5,5 x 1.5,5 x 2.5}', null, null, 'Sold by the metre, cut to length.'),
  ('LVLED', 'ELEC-LIGHT', 'Lumivant', 'LED tube 150 cm, glass', 'PCE', 11.5, 0.3, 'colour', '{3000 K,4000 K,6500 K}', null, null, '3,700 lm at 24 W, with starter.'),
  ('LVBULB', 'ELEC-LIGHT', 'Lumivant', 'LED bulb E27', 'PCE', 3.2, 0.05, 'size', '{470 lm,806 lm,1521 lm}', 'colour', '{2700 K,4000 K}', 'Does not flicker, 15,000 hours.'),
  ('LVWORK', 'ELEC-LIGHT', 'Lumivant', 'Work lamp with stand, rechargeable', 'PCE', 84, 2.6, 'size', '{2000 lm,5000 lm}', null, null, 'Runs four hours at full light, charges by USB-C.'),
  ('KWSOC', 'ELEC-INST', 'Klarwerk', 'Socket outlet, flush-mounted', 'PCE', 4.8, 0.08, 'colour', '{white,cream,anthracite}', null, null, 'Child protection, screwless terminals.'),
  ('KWMCB', 'ELEC-INST', 'Klarwerk', 'Circuit breaker B, 1-pole', 'PCE', 5.4, 0.12, 'size', '{6 A,10 A,13 A,16 A,20 A,25 A}', null, null, 'Breaks 6 kA.'),
  ('KWRCD', 'ELEC-INST', 'Klarwerk', 'Residual current device 40 A / 30 mA, 4-pole', 'PCE', 38, 0.36, null, null, null, null, 'Type A.'),
  ('LVBAT', 'ELEC-BATT', 'Lumivant', 'Alkaline battery', 'PK10', 5.9, 0.2, 'size', '{AA,AAA,C,D,9 V}', null, null, 'Good for ten years on the shelf.'),
  ('KWTIE', 'ELEC-TIE', 'Klarwerk', 'Cable tie, polyamide', 'PK100', 2.4, 0.1, 'length', '{100 mm,200 mm,300 mm,370 mm}', 'colour', '{natural,black}', 'Black ones withstand the sun.'),
  ('STRACK', 'STORE-SHELF', 'Stackholm', 'Shelving unit, 5 shelves, galvanised', 'PCE', 74, 18, 'width', '{75 cm,100 cm,130 cm}', 'finish', '{150 kg,250 kg}', 'Put together without screws in ten minutes; load for each shelf.'),
  ('STCRATE', 'STORE-CRATE', 'Stackholm', 'Euro container, closed walls', 'PCE', 9.2, 1.3, 'size', '{400 x 300 x 120,400 x 300 x 220,600 x 400 x 220,600 x 400 x 320}', 'colour', '{grey,blue,red}', 'Stacks safely, withstands -20 to 60 °C, suited for food.'),
  ('STBIN', 'STORE-CRATE', 'Stackholm', 'Open-front storage bin', 'PK10', 16, 1.8, 'size', '{1,2,3,4}', 'colour', '{blue,red,yellow,green}', 'Label holder, can be hung on perforated walls.'),
  ('GTTRUCK', 'STORE-TRUCK', 'Gantrell', 'Sack truck, pneumatic tyres', 'PCE', 79, 11, 'finish', '{200 kg,300 kg}', null, null, 'Steel tube, glides over stairs.'),
  ('GTPAL', 'STORE-TRUCK', 'Gantrell', 'Hand pallet truck 2,500 kg', 'PCE', 379, 68, 'length', '{800 mm,1150 mm}', null, null, 'Tandem rollers, quiet polyurethane wheels.'),
  ('GTPLAT', 'STORE-TRUCK', 'Gantrell', 'Platform trolley, folding handle', 'PCE', 92, 14, 'finish', '{150 kg,300 kg}', null, null, 'Edge protection all around.'),
  ('GTLAD', 'STORE-LADDER', 'Gantrell', 'Step ladder with platform', 'PCE', 64, 6.1, 'size', '{3 steps,4 steps,5 steps,6 steps,7 steps,8 steps}', null, null, 'Aluminium, EN 131-2 professional, tray for tools.'),
  ('UBBOX', 'PACK-BOX', 'Umbrava', 'Folding box, double wall', 'PK10', 8.8, 3.1, 'size', '{300 x 200 x 200,400 x 300 x 200,400 x 300 x 300,600 x 400 x 300,600 x 400 x 400}', null, null, 'Brown corrugated board 2.40 BC, of recycled fibre.'),
  ('UBMAIL', 'PACK-BOX', 'Umbrava', 'Book mailer with adhesive strip', 'PK25', 13.9, 3.4, 'format', '{A5,A4,A3}', null, null, 'Winds around what it carries, tear strip for opening.'),
  ('UBTAPE', 'PACK-TAPE', 'Umbrava', 'Packing tape PP, low noise, 66 m', 'ROLL', 1.65, 0.25, 'width', '{50 mm,75 mm}', 'colour', '{brown,clear,white}', 'Sticks on recycled board.'),
  ('UBPAP', 'PACK-TAPE', 'Umbrava', 'Paper packing tape 50 mm x 50 m', 'ROLL', 2.1, 0.28, null, null, null, null, 'Goes into the paper bin with the box.'),
  ('UBFILM', 'PACK-WRAP', 'Umbrava', 'Stretch film 500 mm', 'ROLL', 7.9, 2.4, 'finish', '{17 µm,20 µm,23 µm}', 'colour', '{clear,black}', 'For pallets, stretches to 150 %.'),
  ('UBBUB', 'PACK-WRAP', 'Umbrava', 'Bubble film 100 m', 'ROLL', 31, 4.6, 'width', '{50 cm,100 cm}', null, null, 'Half of it recycled.'),
  ('QMLAB', 'PACK-LABEL', 'Quillmark', 'Address labels, 100 sheets', 'BOX', 16.5, 1.2, 'size', '{70 x 37 mm,105 x 74 mm,210 x 148 mm,210 x 297 mm}', null, null, 'For laser, inkjet and copier; runs through without jams.'),
  ('UBBAG', 'PACK-BAG', 'Umbrava', 'Zip bags, writable, 50 µm', 'PK100', 3.1, 0.3, 'size', '{60 x 80 mm,100 x 150 mm,150 x 220 mm,230 x 320 mm}', null, null, 'With three white fields to write on.'),
  ('ECALL', 'CLEAN-AGENT', 'Ebbtide Clean', 'All-purpose cleaner, citrus', 'CAN', 9.9, 5.2, 'content', '{1 l,5 l,10 l}', null, null, 'Concentrate: 50 ml for a bucket. Carries the EU Ecolabel.'),
  ('ECSAN', 'CLEAN-AGENT', 'Ebbtide Clean', 'Sanitary cleaner, viscous', 'CAN', 12.8, 5.3, 'content', '{1 l,5 l,10 l}', null, null, 'Removes lime, mild to fittings.'),
  ('ECDEG', 'CLEAN-AGENT', 'Ebbtide Clean', 'Degreaser for workshops', 'CAN', 24, 5.4, 'content', '{5 l,10 l,25 l}', null, null, 'Alkaline; wear gloves and goggles.'),
  ('ECTOW', 'CLEAN-PAPER', 'Ebbtide Clean', 'Folded paper towels, 2-ply', 'CTN', 34, 8.2, 'finish', '{V fold,C fold,Z fold}', null, null, '3,000 to 3,200 sheets, fits the usual dispensers.'),
  ('ECTIS', 'CLEAN-PAPER', 'Ebbtide Clean', 'Toilet tissue, 3-ply, 64 rolls', 'CTN', 29.5, 7.4, null, null, null, null, '250 sheets a roll, of recycled paper.'),
  ('ECWIP', 'CLEAN-PAPER', 'Ebbtide Clean', 'Industrial wiping roll, 1,000 sheets', 'ROLL', 17.9, 3.9, 'colour', '{blue,white}', null, null, 'Three-ply, tear-proof when wet.'),
  ('ECMOP', 'CLEAN-TOOL', 'Ebbtide Clean', 'Microfibre flat mop', 'PCE', 5.8, 0.15, 'width', '{40 cm,50 cm}', null, null, 'Washable 300 times.'),
  ('ECBRO', 'CLEAN-TOOL', 'Ebbtide Clean', 'Hall broom, elaston', 'PCE', 12.9, 0.8, 'width', '{40 cm,60 cm,80 cm,100 cm}', null, null, 'With steel handle socket.'),
  ('ECCLO', 'CLEAN-TOOL', 'Ebbtide Clean', 'Microfibre cloth 40 x 40 cm', 'PK10', 7.7, 0.4, 'colour', '{red,blue,green,yellow}', null, null, 'One colour for each area.'),
  ('ECHAND', 'CLEAN-SKIN', 'Ebbtide Clean', 'Hand wash paste, free of solvents', 'CAN', 14.2, 2.6, 'content', '{500 ml,2.5 l,10 l}', null, null, 'Rubs with walnut shell instead of plastic.'),
  ('ECCRE', 'CLEAN-SKIN', 'Ebbtide Clean', 'Skin protection cream 100 ml', 'PCE', 5.6, 0.12, null, null, null, null, 'Before work; without perfume and silicone.'),
  ('ECSACK', 'CLEAN-WASTE', 'Ebbtide Clean', 'Refuse sacks, 25 a roll', 'ROLL', 4.4, 0.9, 'content', '{60 l,120 l,240 l}', 'colour', '{blue,black,yellow}', 'Recycled LDPE, does not leak at the bottom.'),
  ('PWCOPY', 'OFF-PAPER', 'Paperwick', 'Copy paper 80 g/m², white', 'REAM', 4.6, 2.5, 'format', '{A4,A3}', null, null, 'Whiteness CIE 161, for both sides, EU Ecolabel.'),
  ('PWREC', 'OFF-PAPER', 'Paperwick', 'Recycled paper 80 g/m²', 'REAM', 4.9, 2.5, 'format', '{A4,A3}', 'finish', '{ISO 70,ISO 100}', 'Blue Angel, lasts a hundred years as DIN 6738 demands.'),
  ('PWCOL', 'OFF-PAPER', 'Paperwick', 'Coloured paper A4, 80 g/m²', 'REAM', 8.4, 2.5, 'colour', '{yellow,green,blue,pink,salmon,grey}', null, null, 'Pastel, fast to light.'),
  ('QMBALL', 'OFF-WRITE', 'Quillmark', 'Ballpoint pen, retractable', 'PK10', 6.9, 0.12, 'colour', '{blue,black,red,green}', null, null, 'Proof for documents, refill can be changed.'),
  ('QMFINE', 'OFF-WRITE', 'Quillmark', 'Fineliner 0.4 mm', 'PK10', 8.2, 0.1, 'colour', '{black,blue,red,green,violet,orange}', null, null, 'Does not dry out for days without a cap.'),
  ('QMHIGH', 'OFF-WRITE', 'Quillmark', 'Highlighter, refillable', 'PK10', 9.4, 0.2, 'colour', '{yellow,pink,green,orange,blue}', null, null, 'Chisel tip 2 to 5 mm.'),
  ('QMPERM', 'OFF-WRITE', 'Quillmark', 'Permanent marker', 'PK10', 12.5, 0.25, 'colour', '{black,blue,red,green}', 'finish', '{round tip,chisel tip}', 'Writes on metal, glass and film; no xylene.'),
  ('IRPEN', 'OFF-WRITE', 'Inkwell & Rowe', 'Pencil, natural cedar', 'PK50', 11.9, 0.3, 'finish', '{2H,H,HB,B,2B}', null, null, 'From certified forests, not varnished.'),
  ('OMLEV', 'OFF-FILE', 'Oakmere', 'Lever arch file, PP', 'PCE', 2.4, 0.42, 'width', '{52 mm,75 mm}', 'colour', '{black,grey,blue,red,green,yellow}', 'Metal edges, exchangeable spine label.'),
  ('OMPOC', 'OFF-FILE', 'Oakmere', 'Punched pockets A4', 'PK100', 4.7, 0.9, 'finish', '{clear,grained}', null, null, 'Document-safe polypropylene, 80 µm.'),
  ('OMHANG', 'OFF-FILE', 'Oakmere', 'Suspension files, recycled board', 'PK25', 15.5, 1.9, 'colour', '{natural,blue,red,green,yellow}', null, null, 'With tabs and blank labels.'),
  ('OMBOX', 'OFF-FILE', 'Oakmere', 'Archive box', 'PK10', 12.8, 2.6, 'width', '{80 mm,100 mm,150 mm}', null, null, 'Acid-free board, written on at three sides.'),
  ('PWENV', 'OFF-MAIL', 'Paperwick', 'Envelopes, self-seal', 'PK500', 15.8, 2.3, 'format', '{DL,C6,C5,C4}', 'finish', '{window,plain}', 'Inside print keeps the letter private.'),
  ('PWPAD', 'OFF-MAIL', 'Paperwick', 'Padded envelopes, paper only', 'PK100', 24, 2.9, 'size', '{C,D,E,F,G}', null, null, 'Cushioned with paper, no plastic.'),
  ('IRSTAP', 'OFF-DESK', 'Inkwell & Rowe', 'Stapler, 30 sheets', 'PCE', 12.6, 0.3, 'colour', '{black,blue,red}', null, null, 'Staples, pins and tacks; for 24/6 and 26/6.'),
  ('IRPUN', 'OFF-DESK', 'Inkwell & Rowe', 'Hole punch', 'PCE', 14.9, 0.7, 'finish', '{25 sheets,40 sheets,65 sheets}', null, null, 'With guide rail for A4 to A6.'),
  ('IRSCI', 'OFF-DESK', 'Inkwell & Rowe', 'Scissors, stainless', 'PCE', 5.2, 0.1, 'length', '{15 cm,18 cm,21 cm,25 cm}', null, null, 'For left and right hand.'),
  ('IRTRAY', 'OFF-DESK', 'Inkwell & Rowe', 'Letter tray C4', 'PK10', 19.8, 2.7, 'colour', '{clear,black,blue,smoke}', null, null, 'Stacked straight or in steps.'),
  ('SVNOTE', 'OFF-NOTE', 'Svärdsjö', 'Notebook, hard cover, 96 sheets', 'PCE', 5.9, 0.35, 'format', '{A6,A5,A4}', 'finish', '{ruled,squared,dotted}', 'Thread-sewn, numbered pages, opens flat.'),
  ('SVSTI', 'OFF-NOTE', 'Svärdsjö', 'Sticky notes, 12 pads', 'SET', 6.4, 0.5, 'size', '{38 x 51 mm,76 x 76 mm,127 x 76 mm}', 'colour', '{yellow,pastel,neon}', '100 sheets a pad, come off without a trace.'),
  ('KBBOARD', 'OFF-PRES', 'Kestrel Bay', 'Whiteboard, enamelled', 'PCE', 98, 7.5, 'size', '{60 x 45 cm,90 x 60 cm,120 x 90 cm,180 x 120 cm}', null, null, '25 years of warranty on the surface.'),
  ('KBFLIP', 'OFF-PRES', 'Kestrel Bay', 'Flip chart with round base', 'PCE', 169, 12.6, null, null, null, null, 'On castors, height by gas spring.'),
  ('KBPIN', 'OFF-PRES', 'Kestrel Bay', 'Board magnets 32 mm', 'PK10', 6.6, 0.2, 'colour', '{assorted,black,white}', null, null, 'Holds eight sheets.'),
  ('HBSAFE', 'OFF-BOOK', 'Hausmarke', 'Handbook: safety at work, 2026', 'PCE', 24.9, 0.6, null, null, null, null, 'Duties of the employer in plain words, with check lists to copy.'),
  ('HBWARE', 'OFF-BOOK', 'Hausmarke', 'Handbook: the tidy warehouse', 'PCE', 19.9, 0.5, null, null, null, null, 'Layout, labels, counting.'),
  ('LGCHAIR', 'FURN-CHAIR', 'Lindgrund', 'Office swivel chair, synchronous', 'PCE', 249, 17, 'colour', '{black,blue,grey,green}', 'finish', '{without arms,with arms}', 'For eight hours and up to 120 kg; seat slides by 6 cm.'),
  ('LGSTOOL', 'FURN-CHAIR', 'Lindgrund', 'Sit-stand stool', 'PCE', 139, 8.5, 'colour', '{black,red,grey}', null, null, 'Rocks on its foot, 58 to 83 cm.'),
  ('LGVIS', 'FURN-CHAIR', 'Lindgrund', 'Visitor chair, cantilever', 'PCE', 98, 7.2, 'colour', '{black,blue,grey}', null, null, 'Stacks to five.'),
  ('TGDESK', 'FURN-DESK', 'Tessago', 'Sit-stand desk, electric', 'PCE', 489, 46, 'width', '{120 cm,160 cm,180 cm}', 'finish', '{white,oak,grey}', '64 to 129 cm, four memories, stops when it meets something.'),
  ('TGTAB', 'FURN-DESK', 'Tessago', 'Folding table', 'PCE', 119, 15, 'width', '{120 cm,140 cm,160 cm}', 'finish', '{white,beech}', 'For meetings and training, folds in seconds.'),
  ('BXCAB', 'FURN-CAB', 'Brixholm', 'Steel cabinet with wing doors', 'PCE', 279, 58, 'width', '{80 cm,100 cm,120 cm}', 'finish', '{light grey,anthracite,white}', 'Four shelves, three-point lock.'),
  ('BXPED', 'FURN-CAB', 'Brixholm', 'Mobile pedestal, 3 drawers', 'PCE', 129, 21, 'finish', '{light grey,white,oak}', null, null, 'Locks as a whole, one drawer at a time.'),
  ('BXLOCK', 'FURN-CAB', 'Brixholm', 'Locker', 'PCE', 198, 38, 'finish', '{2 doors,3 doors,4 doors}', null, null, 'With rails, towel hooks and ventilation.'),
  ('MGCOAT', 'FURN-ACC', 'Møllegaard', 'Coat stand, solid beech', 'PCE', 89, 6.4, 'finish', '{natural,black}', null, null, 'Eight hooks, umbrella ring with drip tray.'),
  ('MGCLK', 'FURN-ACC', 'Møllegaard', 'Wall clock, radio-controlled', 'PCE', 39, 0.8, 'diameter', '{25 cm,30 cm,40 cm}', null, null, 'Silent movement.'),
  ('MGMAT', 'FURN-ACC', 'Møllegaard', 'Floor mat for chairs', 'PCE', 54, 4.8, 'size', '{90 x 120 cm,120 x 150 cm}', null, null, 'Clear polycarbonate, for carpets.'),
  ('CFLAMP', 'FURN-ACC', 'Calder & Finch', 'Desk lamp, LED, dimmable', 'PCE', 74, 1.9, 'colour', '{black,white,silver}', null, null, 'Two joints, clamp or foot.'),
  ('ZKCHOP', 'FURN-ACC', 'Zirbelkern', 'Monitor riser, Swiss pine', 'PCE', 49, 1.6, null, null, null, null, 'Made of one board, oiled; smells of forest.');

insert into product_option_value (product_option_id, code, name, position)
  select o.id, trim(both '-' from upper(regexp_replace(replace(v.name, 'µ', 'u'), '[^A-Za-z0-9.]+', '-', 'g'))), v.name,
    row_number() over (partition by o.id order by min(v.position), v.name collate "C")
  from (
    select option_1 as option, x.name, x.position from family, unnest(values_1) with ordinality x (name, position)
    union all
    select option_2, x.name, x.position from family, unnest(values_2) with ordinality x (name, position)
  ) v
  join product_option o on o.code = v.option
  group by o.id, v.name;

insert into product (sku, name, brand_id, category_id, unit_id, status, price, weight, ean, part_number, description,
    reorder_level, available_from, tags, attributes, created_at, updated_at)
  select f.code, f.name, b.id, c.id, u.id, 'active', f.price, f.weight,
    case when f.option_1 is null then pg_temp.gtin('2000' || lpad((row_number() over (order by f.code collate "C"))::text, 8, '0')) end,
    null, f.description, case when f.option_1 is null then 5 + pg_temp.pick(f.code, 40) else 0 end,
    date '2019-01-01' + pg_temp.pick(f.code || 'from', 1800),
    array[lower(split_part(c.code, '-', 1))] || case when pg_temp.pick(f.code || 'eco', 5) = 0 then array['eco'] else array[]::text[] end,
    jsonb_build_object('origin', b.country_code) || case when f.category like 'ELEC%' then '{"ce": true}'::jsonb else '{}' end,
    timestamptz '2019-01-01 08:00+00' + pg_temp.pick(f.code, 1800) * interval '1 day', timestamptz '2026-06-30 06:00+00'
  from family f
  join brand b on b.name = f.brand join category c on c.code = f.category join unit u on u.code = f.unit
  order by f.code collate "C";

create temporary table variant on commit drop as
  select p.id as parent_id, f.code || '-' || v1.code || coalesce('-' || v2.code, '') as sku,
    f.name || ', ' || v1.name || coalesce(', ' || v2.name, '') as name,
    o1.id as option_1, v1.id as value_1, o2.id as option_2, v2.id as value_2,
    -- Colours and finishes cost the same; a size more adds a little, a diameter more.
    (1 + (x1.position - 1) * case f.option_1 when 'colour' then 0 when 'finish' then 0.04 when 'thread' then 0.24 when 'diameter' then 0.17 when 'size' then 0.06 else 0.12 end)
      * (1 + (coalesce(x2.position, 1) - 1) * case f.option_2 when 'colour' then 0 when 'grit' then 0 when 'length' then 0.11 else 0.05 end) as factor
  from family f
  join product p on p.sku = f.code
  join product_option o1 on o1.code = f.option_1
  cross join unnest(f.values_1) with ordinality x1 (name, position)
  join product_option_value v1 on v1.product_option_id = o1.id and v1.name = x1.name
  left join product_option o2 on o2.code = f.option_2
  left join unnest(f.values_2) with ordinality x2 (name, position) on true
  left join product_option_value v2 on v2.product_option_id = o2.id and v2.name = x2.name;

insert into product (sku, name, parent_id, brand_id, category_id, unit_id, status, price, weight, ean, part_number,
    description, reorder_level, available_from, tags, attributes, created_at, updated_at)
  select v.sku, v.name, p.id, p.brand_id, p.category_id, p.unit_id,
    case when n.roll = 0 then 'discontinued' when n.roll = 1 then 'draft' else 'active' end::product_status,
    round(p.price * v.factor, 2), round(p.weight * v.factor, 3),
    pg_temp.gtin('2001' || lpad((row_number() over (order by v.sku collate "C"))::text, 8, '0')),
    left(p.sku, 2) || lpad(pg_temp.pick(v.sku || 'part', 1000000)::text, 6, '0'),
    null, 5 * pg_temp.pick(v.sku || 'level', 12), p.available_from, p.tags, p.attributes, p.created_at, p.updated_at
  from variant v
  join product p on p.id = v.parent_id
  cross join lateral (select pg_temp.pick(v.sku || 'status', 40) as roll) n
  order by v.sku collate "C";

insert into product_variant_value (product_id, product_option_id, product_option_value_id)
  select p.id, v.option_1, v.value_1 from variant v join product p on p.sku = v.sku
  union all
  select p.id, v.option_2, v.value_2 from variant v join product p on p.sku = v.sku where v.option_2 is not null;

drop function pg_temp.gtin(text);
drop function pg_temp.pick(text, integer);
