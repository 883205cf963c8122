// The example rows of a template: known by their mark, left out of every import, and named in a warning each.
import { Cell, type CellBatch, type RowProblem } from '../../../foundation/cells/cell-batch.js';

/** The column of a template that marks its example rows; no field is ever filled from it. */
export const EXAMPLE_COLUMN = 'dovetail_example';
export const EXAMPLE_MARK = 'example, left out by the import';

/** The batches with every marked row to be left out. A source without the column passes as it is. */
export async function* leaveExamplesOut(batches: AsyncIterable<CellBatch>): AsyncGenerator<CellBatch> {
  for await (const batch of batches) {
    const column = batch.columns.indexOf(EXAMPLE_COLUMN);
    yield column < 0 ? batch : withMarks(batch, column);
  }
}

function withMarks(batch: CellBatch, column: number): CellBatch {
  const marked: RowProblem[] = [];
  for (let index = 0; index < batch.rows; index++) {
    const i = index * batch.columns.length + column;
    const isMarked =
      (batch.kind[i] === Cell.text || batch.kind[i] === Cell.json) && batch.end[i]! > batch.start[i]!;
    if (!isMarked) continue;
    marked.push({
      index,
      dropped: true,
      code: 'FILES-114',
      message: `The row is marked as an example in the column ${EXAMPLE_COLUMN} and was left out.`,
      hint: `Empty that cell if the row is a record of yours.`,
    });
  }
  if (marked.length === 0) return batch;
  // What else is wrong with an example is of no interest.
  const examples = new Set(marked.map(({ index }) => index));
  const others = batch.problems.filter(({ index }) => !examples.has(index));
  return { ...batch, problems: [...others, ...marked].sort((a, b) => a.index - b.index) };
}
