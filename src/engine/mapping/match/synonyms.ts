// What other systems call the things that tables call otherwise. Only used where the entity has one of the fields.
import { toStem } from './header-words.js';

/** Each line: what a header may say, and the fields it may then mean, the likeliest first. */
const SYNONYMS: readonly (readonly [says: string, fields: string])[] = [
  [
    'article number, article, item number, item code, part number, product number, product code, product id, material number, stock code, artikelnummer, artikel nr, sku, mpn',
    'sku, article_number, item_number, product_number, part_number, product_code, item_code, number, code',
  ],
  ['ean, ean13, ean code, gtin, gtin13, barcode, upc', 'ean, gtin, barcode, upc, ean_code, ean13'],
  ['title, name, bezeichnung, designation, caption', 'name, title, label, designation'],
  ['description, details, text, beschreibung, long text', 'description, details, body, note'],
  [
    'price, unit price, sales price, list price, net price, preis, amount',
    'price, unit_price, list_price, net_price, sales_price',
  ],
  [
    'quantity, count, pieces, menge, units, stock, on hand',
    'quantity, stock, units_in_stock, quantity_on_hand, count',
  ],
  [
    'customer number, customer id, client number, account number, debtor number, kundennummer',
    'number, customer_number, account_number, code',
  ],
  ['order number, order id, po number, bestellnummer', 'number, order_number, order_no, code'],
  ['company, company name, firm, organization, organisation, firma', 'name, company_name, company'],
  ['first name, given name, forename, vorname', 'first_name, given_name'],
  ['last name, surname, family name, nachname', 'last_name, surname, family_name'],
  ['email, email address, e mail', 'email, email_address, mail'],
  ['phone, phone number, telephone number, telefon, mobile', 'phone, phone_number, telephone, mobile'],
  ['postcode, postal code, zip code, plz', 'postcode, postal_code, zip, zip_code'],
  ['city, town, ort, place', 'city, town'],
  ['street, address, street address, strasse', 'street, address, address_line1, line1'],
  ['manufacturer, brand, make, hersteller, marke', 'brand, manufacturer, maker'],
  ['category, product group, group, kategorie, warengruppe', 'category, product_category, product_group'],
  ['weight, net weight, gewicht', 'weight, net_weight, weight_kg'],
  ['created, created at, date created, creation date', 'created_at, created, created_on, creation_date'],
  ['updated, updated at, last modified, modified, changed', 'updated_at, updated, modified_at, last_update'],
  ['image, picture, photo, img, bild, bilder, foto', 'image, picture, photo, media'],
  ['attribute, option, property, feature, merkmal, eigenschaft', 'option, attribute, property, feature'],
  ['value, choice', 'value, choice'],
  ['variant, variation, variante', 'variant, variation'],
  ['cost, cost price, purchase price, einkaufspreis', 'cost, cost_price, purchase_price'],
  ['url, address, link, href, src', 'url, link, href'],
  ['active, enabled, is active', 'active, is_active, enabled'],
];

const BY_STEM: ReadonlyMap<string, readonly (readonly string[])[]> = indexSynonyms();

function indexSynonyms(): ReadonlyMap<string, readonly (readonly string[])[]> {
  const index = new Map<string, (readonly string[])[]>();
  for (const [says, fields] of SYNONYMS) {
    const stems = fields.split(', ').map(toStem);
    for (const phrase of says.split(', ')) {
      const key = toStem(phrase);
      index.set(key, [...(index.get(key) ?? []), stems]);
    }
  }
  return index;
}

/** Stems of field (or relation) names that a header may stand for, the likeliest first; empty if none is known. */
export function toSynonyms(header: string): readonly string[] {
  return (BY_STEM.get(toStem(header)) ?? []).flat();
}
