/* The theme draws one table body per row, the tree widget looks into the first one only: it gets the whole table. */
(() => {
  const find = document.querySelector.bind(document);
  document.querySelector = (selector) => find(selector === "#result_list tbody" ? "#result_list" : selector);
})();
