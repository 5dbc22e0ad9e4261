import Tensors

/// Names and shapes as real models have them, of which layers beyond the first few are left out where they only repeat.
struct NamingScheme: Sendable, CustomStringConvertible {
  let description: String
  let modelType: String?
  /// What the tensors tell of the architecture: layers, hidden size, vocabulary.
  var facts: (layers: Int?, hidden: Int?, vocabulary: Int?) = (nil, nil, nil)
  let shapes: [(String, [Int])]

  var tensors: [TensorInfo] {
    get throws { try shapes.map { try info($0.0, .float32, $0.1) } }
  }

  private static func layers(
    _ count: Int, _ prefix: String, _ parts: [(String, [Int])]
  ) -> [(String, [Int])] {
    (0..<count).flatMap { layer in parts.map { ("\(prefix).\(layer).\($0.0)", $0.1) } }
  }

  static let all = [
    resNet, vgg, mobileNet, yolo, yolo11, silero, convNeXt, unet, wav2vec, whisper, vit, swin, clip, bert,
    albert,
    gpt2, llama, mixtral, mamba, t5, rwkv, ggufLlama, multilayerPerceptron,
  ]

  // MARK: convolutional

  static let resNet = NamingScheme(
    description: "torchvision's ResNet-18", modelType: "CNN",
    shapes: [("conv1.weight", [64, 3, 7, 7]), ("bn1.weight", [64]), ("bn1.running_mean", [64])]
      + (1...4).flatMap { stage in
        let width = 32 << stage
        return [
          ("layer\(stage).0.conv1.weight", [width, max(64, width / 2), 3, 3]),
          ("layer\(stage).0.bn1.weight", [width]),
          ("layer\(stage).0.conv2.weight", [width, width, 3, 3]),
          ("layer\(stage).0.downsample.0.weight", [width, width / 2, 1, 1]),
        ]
      } + [("fc.weight", [1000, 512]), ("fc.bias", [1000])])

  static let vgg = NamingScheme(
    description: "torchvision's VGG-16, most of which is linear", modelType: "CNN",
    shapes: [
      ("features.0.weight", [64, 3, 3, 3]), ("features.2.weight", [64, 64, 3, 3]),
      ("features.5.weight", [128, 64, 3, 3]), ("features.28.weight", [512, 512, 3, 3]),
      ("classifier.0.weight", [4096, 25088]), ("classifier.3.weight", [4096, 4096]),
      ("classifier.6.weight", [1000, 4096]),
    ])

  static let mobileNet = NamingScheme(
    description: "torchvision's MobileNetV2", modelType: "CNN",
    shapes: [
      ("features.0.0.weight", [32, 3, 3, 3]), ("features.1.conv.0.0.weight", [32, 1, 3, 3]),
      ("features.1.conv.1.weight", [16, 32, 1, 1]), ("features.2.conv.0.0.weight", [96, 16, 1, 1]),
      ("features.2.conv.1.0.weight", [96, 1, 3, 3]), ("features.18.0.weight", [1280, 320, 1, 1]),
      ("classifier.1.weight", [1000, 1280]),
    ])

  static let yolo = NamingScheme(
    description: "YOLOv8n", modelType: "CNN",
    shapes: [
      ("model.0.conv.weight", [16, 3, 3, 3]), ("model.0.bn.weight", [16]),
      ("model.2.m.0.cv1.conv.weight", [16, 16, 3, 3]), ("model.9.cv2.conv.weight", [256, 512, 1, 1]),
      ("model.22.cv2.0.2.weight", [64, 64, 1, 1]), ("model.22.dfl.conv.weight", [1, 16, 1, 1]),
    ])

  static let yolo11 = NamingScheme(
    description: "YOLO11n, with attention made of convolutions", modelType: "CNN",
    shapes: yolo.shapes + [
      ("model.10.m.0.attn.qkv.conv.weight", [256, 128, 1, 1]),
      ("model.10.m.0.attn.pe.conv.weight", [128, 1, 3, 3]),
      ("model.10.m.0.ffn.0.conv.weight", [256, 128, 1, 1]),
      ("model.8.m.0.m.0.cv1.conv.weight", [64, 64, 3, 3]), ("model.7.conv.weight", [256, 128, 3, 3]),
    ])

  static let silero = NamingScheme(
    description: "silero-vad, of one dimension, with a recurrent cell", modelType: "CNN",
    shapes: [
      ("stft_conv.weight", [258, 1, 256]), ("conv1.weight", [128, 129, 3]), ("conv2.weight", [64, 128, 3]),
      ("lstm_cell.weight_hh", [512, 128]), ("lstm_cell.weight_ih", [512, 128]),
      ("final_conv.weight", [1, 128, 1]),
    ])

  static let convNeXt = NamingScheme(
    description: "Hugging Face's ConvNeXt, whose pointwise convolutions are matrices", modelType: "CNN",
    shapes: [
      ("convnext.embeddings.patch_embeddings.weight", [96, 3, 4, 4]),
      ("convnext.embeddings.layernorm.weight", [96]),
    ]
      + layers(
        3, "convnext.encoder.stages.0.layers",
        [
          ("dwconv.weight", [96, 1, 7, 7]), ("layernorm.weight", [96]), ("pwconv1.weight", [384, 96]),
          ("pwconv2.weight", [96, 384]),
        ]) + [("classifier.weight", [10, 96])])

  static let unet = NamingScheme(
    description: "Stable Diffusion's UNet", modelType: "CNN",
    shapes: [
      ("conv_in.weight", [320, 4, 3, 3]), ("time_embedding.linear_1.weight", [1280, 320]),
      ("down_blocks.0.resnets.0.conv1.weight", [320, 320, 3, 3]),
      ("down_blocks.0.resnets.0.time_emb_proj.weight", [320, 1280]),
      ("down_blocks.0.attentions.0.proj_in.weight", [320, 320, 1, 1]),
      ("down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q.weight", [320, 320]),
      ("down_blocks.0.attentions.0.transformer_blocks.0.ff.net.0.proj.weight", [2560, 320]),
      ("up_blocks.1.resnets.0.conv1.weight", [1280, 2560, 3, 3]),
      ("up_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k.weight", [1280, 768]),
      ("up_blocks.1.upsamplers.0.conv.weight", [1280, 1280, 3, 3]), ("conv_out.weight", [4, 320, 3, 3]),
    ])

  // MARK: transformers that begin with convolutions

  static let wav2vec = NamingScheme(
    description: "wav2vec 2.0", modelType: "LLM", facts: (12, nil, nil),
    shapes: (0..<7).map {
      (
        "wav2vec2.feature_extractor.conv_layers.\($0).conv.weight",
        [512, $0 == 0 ? 1 : 512, $0 == 0 ? 10 : 3]
      )
    } + [("wav2vec2.encoder.pos_conv_embed.conv.weight_v", [768, 48, 128])]
      + layers(
        12, "wav2vec2.encoder.layers",
        [
          ("attention.q_proj.weight", [768, 768]), ("attention.out_proj.weight", [768, 768]),
          ("feed_forward.intermediate_dense.weight", [3072, 768]), ("layer_norm.weight", [768]),
        ]))

  static let whisper = NamingScheme(
    description: "Whisper, of two stacks", modelType: "LLM", facts: (nil, 384, 51865),
    shapes: [
      ("model.encoder.conv1.weight", [384, 80, 3]), ("model.encoder.conv2.weight", [384, 384, 3]),
      ("model.encoder.embed_positions.weight", [1500, 384]),
      ("model.decoder.embed_tokens.weight", [51865, 384]),
    ]
      + ["encoder", "decoder"].flatMap {
        layers(
          4, "model.\($0).layers",
          [
            ("self_attn.q_proj.weight", [384, 384]), ("fc1.weight", [1536, 384]),
            ("self_attn_layer_norm.weight", [384]),
          ])
      })

  static let vit = NamingScheme(
    description: "Hugging Face's ViT", modelType: "LLM", facts: (12, nil, nil),
    shapes: [
      ("vit.embeddings.cls_token", [1, 1, 768]), ("vit.embeddings.position_embeddings", [1, 197, 768]),
      ("vit.embeddings.patch_embeddings.projection.weight", [768, 3, 16, 16]),
    ]
      + layers(
        12, "vit.encoder.layer",
        [
          ("attention.attention.query.weight", [768, 768]), ("intermediate.dense.weight", [3072, 768]),
          ("layernorm_before.weight", [768]),
        ]) + [("classifier.weight", [1000, 768])])

  static let swin = NamingScheme(
    description: "timm's Swin, whose layers are stages of blocks", modelType: "LLM",
    shapes: [("patch_embed.proj.weight", [96, 3, 4, 4])]
      + (0..<4).flatMap {
        layers(2, "layers.\($0).blocks", [("attn.qkv.weight", [288, 96]), ("norm1.weight", [96])])
      })

  static let clip = NamingScheme(
    description: "CLIP, of two stacks of different width", modelType: "LLM", facts: (nil, nil, 49408),
    shapes: [
      ("text_model.embeddings.token_embedding.weight", [49408, 512]),
      ("text_model.embeddings.position_embedding.weight", [77, 512]),
      ("vision_model.embeddings.patch_embedding.weight", [768, 3, 32, 32]),
    ]
      + layers(
        12, "text_model.encoder.layers",
        [("self_attn.q_proj.weight", [512, 512]), ("layer_norm1.weight", [512])])
      + layers(
        12, "vision_model.encoder.layers",
        [("self_attn.q_proj.weight", [768, 768]), ("layer_norm1.weight", [768])]))

  // MARK: language models

  static let bert = NamingScheme(
    description: "BERT", modelType: "LLM", facts: (6, 384, 30522),
    shapes: [
      ("embeddings.position_ids", [1, 512]), ("embeddings.word_embeddings.weight", [30522, 384]),
      ("embeddings.position_embeddings.weight", [512, 384]),
      ("embeddings.token_type_embeddings.weight", [2, 384]),
    ]
      + layers(
        6, "encoder.layer",
        [
          ("attention.self.query.weight", [384, 384]), ("attention.self.query.bias", [384]),
          ("intermediate.dense.weight", [1536, 384]), ("output.LayerNorm.bias", [384]),
        ]) + [("pooler.dense.weight", [384, 384])])

  static let albert = NamingScheme(
    description: "ALBERT, whose embedding is narrower than its layers", modelType: "LLM",
    facts: (nil, nil, 30000),
    shapes: [
      ("albert.embeddings.word_embeddings.weight", [30000, 128]),
      ("albert.encoder.embedding_hidden_mapping_in.weight", [768, 128]),
      ("albert.encoder.albert_layer_groups.0.albert_layers.0.attention.query.weight", [768, 768]),
      ("albert.encoder.albert_layer_groups.0.albert_layers.0.full_layer_layer_norm.weight", [768]),
    ])

  static let gpt2 = NamingScheme(
    description: "GPT-2, with masks of rank 4", modelType: "LLM", facts: (12, 768, 50257),
    shapes: [("wte.weight", [50257, 768]), ("wpe.weight", [1024, 768])]
      + layers(
        12, "h",
        [
          ("ln_1.weight", [768]), ("attn.bias", [1, 1, 1024, 1024]), ("attn.c_attn.weight", [768, 2304]),
          ("mlp.c_fc.weight", [768, 3072]),
        ]))

  static let llama = NamingScheme(
    description: "Llama", modelType: "LLM", facts: (22, 2048, 32000),
    shapes: [("lm_head.weight", [32000, 2048]), ("model.embed_tokens.weight", [32000, 2048])]
      + layers(
        22, "model.layers",
        [
          ("self_attn.q_proj.weight", [2048, 2048]), ("self_attn.k_proj.weight", [256, 2048]),
          ("mlp.up_proj.weight", [5632, 2048]), ("input_layernorm.weight", [2048]),
        ]) + [("model.norm.weight", [2048])])

  static let mixtral = NamingScheme(
    description: "a mixture of experts, whose matrices are stacked", modelType: "LLM",
    facts: (2, 2880, 201_088),
    shapes: [("model.embed_tokens.weight", [201_088, 2880])]
      + layers(
        2, "model.layers",
        [
          ("self_attn.q_proj.weight", [4096, 2880]), ("mlp.experts.gate_up_proj", [32, 2880, 5760]),
          ("input_layernorm.weight", [2880]),
        ]))

  static let mamba = NamingScheme(
    description: "Mamba, with a convolution in each layer and no attention", modelType: "LLM",
    facts: (24, 768, 50280),
    shapes: [("backbone.embeddings.weight", [50280, 768])]
      + layers(
        24, "backbone.layers",
        [
          ("mixer.A_log", [1536, 16]), ("mixer.conv1d.weight", [1536, 1, 4]),
          ("mixer.in_proj.weight", [3072, 768]),
          ("mixer.out_proj.weight", [768, 1536]), ("norm.weight", [768]),
        ]))

  static let t5 = NamingScheme(
    description: "T5, whose blocks have parts called layers", modelType: "LLM", facts: (nil, 512, 32128),
    shapes: [("shared.weight", [32128, 512]), ("encoder.embed_tokens.weight", [32128, 512])]
      + ["encoder", "decoder"].flatMap {
        layers(
          6, "\($0).block",
          [
            ("layer.0.SelfAttention.q.weight", [512, 512]), ("layer.0.layer_norm.weight", [512]),
            ("layer.1.DenseReluDense.wi.weight", [2048, 512]),
          ])
      })

  static let rwkv = NamingScheme(
    description: "RWKV, whose names are short", modelType: "LLM", facts: (24, nil, nil),
    shapes: [("emb.weight", [50277, 1024])]
      + layers(
        24, "blocks",
        [("att.key.weight", [1024, 1024]), ("ffn.key.weight", [4096, 1024]), ("ln1.weight", [1024])])
      + [("head.weight", [50277, 1024])])

  static let ggufLlama = NamingScheme(
    description: "llama.cpp's names", modelType: "LLM", facts: (2, 2048, 32000),
    shapes: [("token_embd.weight", [32000, 2048])]
      + layers(
        2, "blk",
        [("attn_q.weight", [2048, 2048]), ("ffn_up.weight", [5632, 2048]), ("attn_norm.weight", [2048])]))

  static let multilayerPerceptron = NamingScheme(
    description: "a perceptron, of which nothing can be told", modelType: nil,
    shapes: [("fc1.weight", [256, 784]), ("fc1.bias", [256]), ("fc2.weight", [10, 256])])
}
