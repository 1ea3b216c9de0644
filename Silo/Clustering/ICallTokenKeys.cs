using System.Security.Cryptography;

namespace Crescent.SiloHost.Clustering;

/// <summary>The cluster's key for call tokens, shared by all silos. Keys are opened per use: ECDsa objects are not thread-safe.</summary>
internal interface ICallTokenKeys
{
    ECDsa OpenPublicKey();

    ECDsa OpenPrivateKey();
}
