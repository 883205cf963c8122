-- Fresh statistics, so that the first query is planned as well as the thousandth.
analyze address, brand, category, contact, country, currency, customer, customer_group, employee, invoice, payment_term, price,
  price_list, product, product_category, product_document, product_link, product_option, product_option_value, product_unit,
  product_variant_value, sales_order, sales_order_line, sales_order_status_change, shipment, shipment_line, stock_level,
  stock_movement, supplier, supplier_product, tax_code, tax_jurisdiction, tax_rate, unit, warehouse;
