using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Crescent.Api.Reviews;

/// <summary>Users as they stand in reviews.</summary>
internal static class UserBody
{
    /// <param name="node">Object with groups, uid and extra.</param>
    /// <param name="nameField"><c>user</c> or <c>username</c>.</param>
    public static UserInfo Read(JsonObject node, string nameField) => new()
    {
        Name = ReviewBody.Text(node, nameField), Uid = ReviewBody.Text(node, "uid"), Groups = Texts(node["groups"]),
        Extra = node["extra"] is JsonObject extra
            ? extra.ToFrozenDictionary(static item => item.Key, static item => Texts(item.Value), StringComparer.Ordinal)
            : FrozenDictionary<string, ImmutableArray<string>>.Empty,
    };

    /// <summary>The form of <c>UserInfo</c> in authentication.k8s.io.</summary>
    public static JsonObject Write(UserInfo user)
    {
        var node = new JsonObject { ["username"] = user.Name };
        if (user.Uid.Length != 0)
        {
            node["uid"] = user.Uid;
        }

        node["groups"] = ReviewBody.ToArray(user.Groups);
        if (user.Extra.Count != 0)
        {
            var extra = new JsonObject();
            foreach (var (key, values) in user.Extra.OrderBy(static item => item.Key, StringComparer.Ordinal))
            {
                extra[key] = ReviewBody.ToArray(values);
            }

            node["extra"] = extra;
        }

        return node;
    }

    private static ImmutableArray<string> Texts(JsonNode? node) =>
        node is JsonArray array ? [.. array.Select(static item => item is JsonValue value && value.TryGetValue<string>(out var text) ? text : string.Empty)] : [];
}
