namespace Crescent.Definitions.Kinds;

internal static class ControllerRevisionKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "apps",
        Version = "v1",
        Kind = "ControllerRevision",
        Plural = "controllerrevisions",
        Singular = "controllerrevision",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.apps.v1.ControllerRevision",
        Columns =
        [
            Columns.Text("Controller", "The object the revision belongs to.", static item => Columns.Controller(item)),
            Columns.Integer("Revision", "Number of the revision.", static item => item.Number("revision")),
            Columns.Age,
        ],
    };
}
