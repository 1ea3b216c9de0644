using System.Net;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>IPAddresses and ServiceCIDRs.</summary>
internal static class AddressValidation
{
    public static void Address(JsonObject item, Problems problems)
    {
        var name = item.Object("metadata").Text("name");
        if (!AddressText.TryParse(name, out var address))
        {
            problems.Invalid("metadata.name", name, AddressText.AddressMessage);
        }
        else if (address.ToString() != name)
        {
            problems.Invalid("metadata.name", name, $"must be in canonical form (\"{address}\")");
        }

        if (item.Object("spec", "parentRef") is not { } parent)
        {
            problems.Required("spec.parentRef");
            return;
        }

        foreach (var field in (ReadOnlySpan<string>)["resource", "name"])
        {
            if (parent.Text(field).Length == 0)
            {
                problems.Required($"spec.parentRef.{field}");
            }
        }
    }

    public static void AddressUpdate(JsonObject updated, JsonObject old, Problems problems) =>
        problems.Immutable(updated.Object("spec"), old.Object("spec"), "parentRef", "spec");

    public static void Range(JsonObject item, Problems problems)
    {
        var blocks = item.Object("spec").Texts("cidrs").ToList();
        switch (blocks.Count)
        {
            case 0:
                problems.Required("spec.cidrs", "at least one CIDR required");
                break;
            case > 2:
                problems.Invalid("spec.cidrs", item["spec"]!["cidrs"]!.DeepClone(), "may only hold up to 2 values");
                break;
            case 2 when IPNetwork.TryParse(blocks[0], out var first) && IPNetwork.TryParse(blocks[1], out var second)
                && first.BaseAddress.AddressFamily == second.BaseAddress.AddressFamily:
                problems.Invalid("spec.cidrs", item["spec"]!["cidrs"]!.DeepClone(), "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64");
                break;
        }

        for (var index = 0; index < blocks.Count; index++)
        {
            AddressText.Block(blocks[index], $"spec.cidrs[{index}]", problems);
        }
    }

    public static void RangeUpdate(JsonObject updated, JsonObject old, Problems problems) =>
        problems.Immutable(updated.Object("spec"), old.Object("spec"), "cidrs", "spec");
}
