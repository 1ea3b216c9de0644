using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Applying;

/// <summary>One entry of <c>metadata.managedFields</c>.</summary>
/// <param name="Name">Who, e.g. <c>kubectl</c>.</param>
/// <param name="IsApply">Owns by applying; else by having written.</param>
/// <param name="Subresource">Where it wrote; empty for the object itself.</param>
/// <param name="ApiVersion">Version the fields are named in.</param>
/// <param name="Time">When the entry last changed.</param>
/// <param name="Fields">What it owns.</param>
internal sealed record FieldManager(string Name, bool IsApply, string Subresource, string ApiVersion, string Time, FieldSet Fields)
{
    public bool IsSame(string name, bool isApply, string subresource) => Name == name && IsApply == isApply && Subresource == subresource;

    public static FieldManager FromJson(JsonObject entry) => new(
        entry.Text("manager"), entry.Text("operation") == "Apply", entry.Text("subresource"), entry.Text("apiVersion"), entry.Text("time"),
        FieldSet.FromJson(entry.Object("fieldsV1")));

    public JsonObject ToJson()
    {
        var entry = new JsonObject
        {
            ["manager"] = Name, ["operation"] = IsApply ? "Apply" : "Update", ["apiVersion"] = ApiVersion, ["time"] = Time,
            ["fieldsType"] = "FieldsV1", ["fieldsV1"] = Fields.ToJson(),
        };
        if (Subresource.Length > 0)
        {
            entry["subresource"] = Subresource;
        }

        return entry;
    }
}
