using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Defaulting;

/// <summary>Defaults of claims for devices: one device where nothing else is said.</summary>
internal static class DeviceDefaults
{
    public static void Claim(JsonObject item) => Requests(item.Object("spec", "devices"));

    public static void ClaimTemplate(JsonObject item) => Requests(item.Object("spec", "spec", "devices"));

    private static void Requests(JsonObject? devices)
    {
        foreach (var request in devices.Objects("requests"))
        {
            foreach (var wanted in request.Objects("firstAvailable").Append(request.Object("exactly")).OfType<JsonObject>())
            {
                wanted.Default("allocationMode", "ExactCount");
                if (wanted.Text("allocationMode") == "ExactCount" && !wanted.Has("count"))
                {
                    wanted["count"] = 1;
                }

                foreach (var toleration in wanted.Objects("tolerations"))
                {
                    toleration.Default("operator", "Equal");
                }
            }
        }
    }
}
