// The component library puts the focus on the first field of a dialog, half a second after it has opened. Who is in another field by then stays there:
// what they type would go into the wrong one.
const focusFirst = Radzen.focusFirstFocusableElement;
Radzen.focusFirstFocusableElement = dialog => {
  if (!dialog.contains(document.activeElement)) focusFirst(dialog);
};
