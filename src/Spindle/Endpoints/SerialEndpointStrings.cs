using Spindle.Serial;

namespace Spindle.Endpoints;

/// <summary>
/// Clients: <c>serial:device[:baudrate=9600][:bytesize=8][:parity=none|even|odd|mark|space][:stopbits=1][:xonxoff=0][:rtscts=0]</c>.
/// </summary>
internal static class SerialEndpointStrings
{
    public static IStreamClientEndpoint ParseClient(IReactorCore reactor, EndpointDescription description)
    {
        const string Example = "serial:/dev/ttyUSB0:baudrate=115200";
        string device = description.TakeRequired("device", Example);
        if (device.Length == 0)
        {
            throw description.Wrong($"the device is empty; write it as in \"{Example}\"");
        }

        SerialOptions usual = new();
        SerialOptions options = new()
        {
            BaudRate = description.TakeNumber("baudrate", 1, int.MaxValue) ?? usual.BaudRate,
            ByteSize = description.TakeNumber("bytesize", 5, 8) ?? usual.ByteSize,
            Parity = ParseParity(description),
            StopBits = description.TakeNumber("stopbits", 1, 2) ?? usual.StopBits,
            XonXoff = description.TakeNumber("xonxoff", 0, 1) == 1,
            RtsCts = description.TakeNumber("rtscts", 0, 1) == 1,
        };
        return new SerialEndpoint(description.Require<IReactorFDSet>(reactor), device, options);
    }

    private static SerialParity ParseParity(EndpointDescription description) => description.Take("parity") switch
    {
        null or "none" => SerialParity.None,
        "even" => SerialParity.Even,
        "odd" => SerialParity.Odd,
        "mark" => SerialParity.Mark,
        "space" => SerialParity.Space,
        var other => throw description.Wrong($"the parity is \"{other}\"; it must be none, even, odd, mark or space"),
    };
}
