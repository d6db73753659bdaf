"""The REST API's floor: keys, scopes, one shape of errors, pages, limits, idempotency, the schema.

How to add a resource. In your app's ``api.py`` (found by itself; a package ``api/`` works as well)::

    from rest_framework import serializers
    from cs_platform.api.router import router
    from cs_platform.api.views import ApiViewSet, CreateRow, ListRows, RetrieveRow, UpdateRow

    class TicketSerializer(serializers.ModelSerializer[Ticket]):            # what goes out
        class Meta:
            model = Ticket
            fields = ("id", "title", "status", "customer", "created_at")    # named one by one, never "__all__"

    @example({"title": "Refund", "customer": 1})                            # cs_platform.api.schema; it must run
    class TicketInput(serializers.Serializer):                              # what may come in
        title = serializers.CharField(max_length=200)
        customer = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.all())

    class TicketViewSet(ListRows, RetrieveRow, CreateRow, UpdateRow, ApiViewSet):
        \"\"\"Tickets: one sentence; it is the description in the documentation.\"\"\"
        scope = "tickets"                          # GET needs tickets:read, everything else tickets:write
        scope_title = _("Tickets")                 # how the form for keys names it
        queryset = Ticket.objects.select_related("customer")
        serializer_class = TicketSerializer
        input_class = TicketInput
        filterset_fields = ("status", "customer")  # or filterset_class
        ordering = ("-id",)                        # of the pages; unique fields only, or end with "id"

        def create_row(self, values):              # values are validated
            return open_ticket(**values, by=self.request.user)

        def update_row(self, row, values):         # PATCH: only what was sent
            return change_ticket(row, **values, by=self.request.user)

    router.register("tickets", TicketViewSet)      # /api/v1/tickets/, /api/v1/tickets/ID/; url name api-tickets-list

More: ``@action(detail=True, methods=["post"])`` for verbs; ``DeleteRow`` (``delete_row``) for DELETE;
``personal_scopes`` for fields that need a scope of their own (``self.may("customers:personal")``);
``is_personal = True`` when the noun shows what customers wrote or who they are: then only managers give its scopes.
Figures without a model: an ``ApiViewSet`` with a method ``list`` and ``@extend_schema``.

What the floor does for you, so do not do it again:
* a write runs in one transaction; any exception rolls it back. So call services that write in the caller's transaction
  (no group commit, whose thread would wait for you);
* ``Idempotency-Key`` on POST; ``by=self.request.user`` is the key's owner, ``self.request.auth`` the ``ApiKey``;
* errors as RFC 9457: raise ``Http404``, a ``ValidationError``, ``PermissionDenied``, ``errors.Conflict``;
* a list names parameters that it passed over in a header (lists without filters of Django call
  ``filters.note_unknown`` themselves);
* body ≤ 1 MB, JSON only, no NUL, at most 32 levels (who takes files sets ``parser_classes`` and ``body_bytes_max``).

Tests: ``api("tickets:read", "tickets:write")`` (fixture) is a client with such a key:
``api(…).post("/api/v1/tickets/", {…}).json()``. Each resource has a test for the missing scope.
Times that come in are ``fields.MomentField``, which refuses what a database or a clock would stumble over.
``tests/cs_platform/test_api_schema.py`` must stay clean: every field has a title or a ``help_text``, and a type
(``@extend_schema_field``); when two models have a field of one name with different choices, add a line to
``ENUM_NAME_OVERRIDES`` in the settings. ``tests/test_api_examples.py`` sends every example as it is written.
"""
