using System.Text.Json;

namespace Crescent.Definitions.Kinds;

internal static class NodeKind
{
    private const string RolePrefix = "node-role.kubernetes.io/";

    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "Node",
        Plural = "nodes",
        Singular = "node",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.core.v1.Node",
        ShortNames = ["no"],
        Subresources = [new() { Name = "proxy", Kind = "NodeProxyOptions", Verbs = ["create", "delete", "get", "patch", "update"] }, new() { Name = "status", Kind = "Node" }],
        SelectableFields = [SelectableField.Flag("spec.unschedulable")],
        Columns =
        [
            Columns.Text("Status", "Whether the node is ready and takes pods.", Status),
            Columns.Text("Roles", "Roles from the node's labels.", Roles),
            Columns.Age,
            Columns.Text("Version", "Version the node's agent reports.", static item => item.Text("status", "nodeInfo", "kubeletVersion")),
            Columns.Text("Internal-IP", "First internal address.", static item => Address(item, "InternalIP"), priority: 1),
            Columns.Text("External-IP", "First external address.", static item => Address(item, "ExternalIP"), priority: 1),
            Columns.Text("OS-Image", "Operating system.", static item => Info(item, "osImage"), priority: 1),
            Columns.Text("Kernel-Version", "Kernel.", static item => Info(item, "kernelVersion"), priority: 1),
            Columns.Text("Container-Runtime", "Container runtime.", static item => Info(item, "containerRuntimeVersion"), priority: 1),
        ],
    };

    private static string Status(JsonElement item)
    {
        var ready = item.Items("status", "conditions").FirstOrDefault(static condition => condition.Text("type") == "Ready");
        var status = ready.ValueKind == JsonValueKind.Undefined ? "Unknown" : ready.Text("status") == "True" ? "Ready" : "NotReady";
        return item.Flag("spec", "unschedulable") ? status + ",SchedulingDisabled" : status;
    }

    private static string Roles(JsonElement item)
    {
        var roles = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var label in item.Members("metadata", "labels"))
        {
            var role = label.Name.StartsWith(RolePrefix, StringComparison.Ordinal) ? label.Name[RolePrefix.Length..]
                : label.NameEquals("kubernetes.io/role") ? label.Value.ToString() : "";
            if (role.Length > 0)
            {
                roles.Add(role);
            }
        }

        return Columns.OrNone(string.Join(',', roles));
    }

    private static string Address(JsonElement item, string type) => Columns.OrNone(
        item.Items("status", "addresses").FirstOrDefault(address => address.Text("type") == type).Text("address"));

    private static string Info(JsonElement item, string field) =>
        item.Text("status", "nodeInfo", field) is { Length: > 0 } text ? text : "<unknown>";
}
