// The public names of the documents room.
export {
  type Attribute,
  type Relationship,
  type ResourceShape,
  type ResourceShapes,
  toResourceShapes,
} from './resource-shape.js';
