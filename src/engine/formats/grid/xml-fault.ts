// What the scanner of a spreadsheet's XML says of what is not well-formed, before anybody knows of which part.
export class XmlFault extends Error {}
