using System.Text.Json.Nodes;

namespace Crescent.Grains.Networking;

/// <summary>A port that endpoints answer on.</summary>
internal sealed record EndpointPort(string Name, string Protocol, int Port, string AppProtocol)
{
    /// <param name="keepsEmptyName">EndpointSlices write an empty name, Endpoints leave it out.</param>
    public JsonObject ToJson(bool keepsEmptyName)
    {
        var json = new JsonObject();
        if (Name.Length > 0 || keepsEmptyName)
        {
            json["name"] = Name;
        }

        json["port"] = Port;
        json["protocol"] = Protocol;
        if (AppProtocol.Length > 0)
        {
            json["appProtocol"] = AppProtocol;
        }

        return json;
    }
}
