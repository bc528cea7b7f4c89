package rows

// Cell lends what stands in a column of the row that was written last, until the
// next; nil if there is no such column.
func (r *Renderer) Cell(title string) []byte {
	if r.written == nil {
		return nil
	}
	for i := range r.written.columns {
		if r.written.columns[i].title == title {
			return r.row.cells[i]
		}
	}
	return nil
}
