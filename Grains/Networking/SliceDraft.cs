using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Networking;

/// <summary>An existing slice and what its endpoints are to become.</summary>
internal sealed class SliceDraft
{
    private readonly JsonArray _before;

    public SliceDraft(ResourceSnapshot slice)
    {
        Slice = slice;
        var view = slice.View();
        AddressType = view.At("addressType").Text() ?? "";
        Ports = Normalize(view.At("ports"));
        _before = view.At("endpoints").ToArray();
    }

    public ResourceSnapshot Slice { get; }

    public string AddressType { get; }

    /// <summary>The ports as the planner writes them.</summary>
    public string Ports { get; }

    public JsonArray Endpoints { get; } = [];

    /// <summary>True when an endpoint was taken out, so the slice is written anyway.</summary>
    public bool HasLost { get; private set; }

    /// <summary>Keeps the endpoints whose pods are in <paramref name="waiting"/>, as they are now, and takes those pods out of it.</summary>
    public void Keep(Dictionary<string, EndpointPod> waiting, Func<EndpointPod, JsonObject> describe)
    {
        foreach (var endpoint in _before)
        {
            if (endpoint?["targetRef"]?["uid"] is JsonValue uid && waiting.Remove(uid.ToString(), out var pod))
            {
                Endpoints.Add((JsonNode)describe(pod));
            }
            else
            {
                HasLost = true;
            }
        }
    }

    /// <summary>Null when the slice already shows it all.</summary>
    public JsonObject? PatchOf(JsonObject labels)
    {
        var labelChanges = LabelPatch.Between(Slice.Labels, labels);
        var isSame = JsonNode.DeepEquals(_before, Endpoints);
        if (isSame && labelChanges is null)
        {
            return null;
        }

        var patch = new JsonObject();
        if (labelChanges is not null)
        {
            patch["metadata"] = new JsonObject { ["labels"] = labelChanges };
        }

        if (!isSame)
        {
            patch["endpoints"] = Endpoints;
        }

        return patch;
    }

    private static string Normalize(System.Text.Json.JsonElement ports)
    {
        var array = new JsonArray();
        foreach (var port in ports.Items())
        {
            array.Add((JsonNode)new EndpointPort(
                port.At("name").Text() ?? "", port.At("protocol").Text() ?? "TCP", port.At("port").Int() ?? 0,
                port.At("appProtocol").Text() ?? "").ToJson(keepsEmptyName: true));
        }

        return array.ToJsonString();
    }
}
