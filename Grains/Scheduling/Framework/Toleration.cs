namespace Crescent.Grains.Scheduling.Framework;

/// <summary>A pod's toleration; empty key and effect stand for all.</summary>
internal sealed record Toleration(string Key, string Operator, string Value, string Effect)
{
    public bool Tolerates(Taint taint)
    {
        if ((Effect.Length > 0 && Effect != taint.Effect) || (Key.Length > 0 && Key != taint.Key))
        {
            return false;
        }

        return Operator switch
        {
            "" or "Equal" => Key.Length > 0 && Value == taint.Value,
            "Exists" => true,
            _ => false,
        };
    }
}
