/** Ctrl or Cmd with Z goes back, with Shift-Z or Y forward again, wherever in an element the focus is. */
export function listenForUndo(root: HTMLElement, travel: (way: 'undo' | 'redo') => void): void {
  root.addEventListener('keydown', (event) => {
    const { target } = event;
    // Fields that text is typed into undo by themselves.
    const typed = target instanceof HTMLInputElement && !['range', 'checkbox', 'radio'].includes(target.type);
    if (!(event.ctrlKey || event.metaKey) || event.altKey || typed) return;
    const key = event.key.toLowerCase();
    const way = key === 'y' || (key === 'z' && event.shiftKey) ? 'redo' : key === 'z' ? 'undo' : null;
    if (!way) return;
    event.preventDefault();
    travel(way);
  });
}
