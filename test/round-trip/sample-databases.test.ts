// Whole databases of other people: they were not made for us.
import { findSamples } from '../support/samples.js';
import { testWholeDatabase } from './whole-database.js';

const skip = findSamples() === undefined;

testWholeDatabase({ from: 'northwind', skip, withoutKey: [], views: [], everyFormat: true });

testWholeDatabase({
  from: 'pagila',
  skip,
  withoutKey: [],
  views: [
    'actor_info',
    'customer_list',
    'film_list',
    'nicer_but_slower_film_list',
    'rental_by_category',
    'sales_by_film_category',
    'sales_by_store',
    'staff_list',
  ],
  last: ['payment'],
});

testWholeDatabase({
  from: 'ledgersmb',
  skip,
  withoutKey: ['asset_note', 'payment_links', 'payroll_paid_timeoff'],
  views: ['periods'],
  withoutTriggers: true,
  unfillable: [
    'budget_info',
    'budget_line',
    'budget_note',
    'file_incoming',
    'file_internal',
    'budget_to_business_unit',
    'file_tx_to_order',
    'file_order_to_tx',
    'journal_line',
    'business_unit_jl',
  ],
});
