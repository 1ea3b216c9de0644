using System.Text.Json.Nodes;
using Crescent.Identity;

namespace Crescent.Grains.Authorization;

/// <summary>What default roles and bindings have in common.</summary>
internal static class DefaultObject
{
    /// <summary>Objects that say <c>"false"</c> here are left as they are.</summary>
    public const string AutoUpdate = "rbac.authorization.kubernetes.io/autoupdate";

    public static JsonObject Begin(string kind, string ns, string name)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (ns.Length > 0)
        {
            metadata["namespace"] = ns;
        }

        metadata["annotations"] = new JsonObject { [AutoUpdate] = "true" };
        metadata["labels"] = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" };
        return new() { ["apiVersion"] = $"{KnownTypes.Roles.Group}/v1", ["kind"] = kind, ["metadata"] = metadata };
    }
}
